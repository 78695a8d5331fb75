from django.http import Http404, HttpRequest, HttpResponse


def kecamatan(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
