from django.http import Http404, HttpRequest, HttpResponse


def nation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def dashboard(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
