from django.http import Http404, HttpRequest, HttpResponse


def nation(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def board(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def raise_issue(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def issue(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def assign(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def note(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def close(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
