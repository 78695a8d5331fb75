from django.http import Http404, HttpRequest, HttpResponse


def report(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def form(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def save_draft(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def submit(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def add_photo(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def photo(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def receipt(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def accept(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404


def send_back(request: HttpRequest, **kwargs: object) -> HttpResponse:
    raise Http404
