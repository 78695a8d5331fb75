from django.http import Http404, HttpRequest, HttpResponse


def nation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def silent(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def note_contact(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
