from django.urls import URLPattern, register_converter

from neutrality import converters

register_converter(converters.CaseNumber, "kasus")

urlpatterns: list[URLPattern] = []
