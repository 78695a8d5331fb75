"""What is logged, and what never: one line per request and per task, tied together by the request's id.

A line has the view, its status and how long it took; the code of a region and the number of the account where there are.
It has no name, no address, no query, no form and no path, as a path may hold a receipt, a code or the number of a case.
Neutrality is one word: neither which of its views, nor who. An error from there is its kind and its place in the code;
its message, which may quote what is sealed, is left out.
"""

import re
import sys
import time
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any
from uuid import uuid4

import psycopg
import structlog
from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars, merge_contextvars
from structlog.typing import EventDict, Processor

SEALED = "neutrality"
#: Addresses of Django's own sentences ("Forbidden (CSRF cookie not set.): /kasus/…"), and what follows them.
PATHS = re.compile(r"(?<![\w.:/-])/[\w.~%-]+/[^\s'\"]*")
#: An id as our proxy makes it; anything else from outside would let strangers write into the log.
SANE_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
#: [P] After so long a crowd has moved on.
AGAIN_SECONDS = 30
REGION_CODE = re.compile(r"\d\d(\.\d\d){0,2}(\.\d{4})?")

logger = structlog.get_logger(__name__)


def view_name(request: HttpRequest) -> str:
    """The name of the view; "neutrality" and "admin" for all of theirs, "" for an address that leads nowhere."""
    match = request.resolver_match
    if match is None:
        return ""
    if match.func.__module__.partition(".")[0] == SEALED:
        return SEALED
    return "admin" if "admin" in match.namespaces else match.view_name


class RequestLogMiddleware(RequestMiddleware):
    """One line when a request ends, its id on the answer and in every line between, also of the tasks it wakes."""

    def prepare(self, request: HttpRequest) -> None:
        clear_contextvars()  # a kept-alive connection serves one request after the other
        given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
        request.META["siap.request_id"] = given if SANE_ID.fullmatch(given) else uuid4().hex
        request.META["siap.began"] = time.monotonic()
        bind_contextvars(request_id=request_id(request))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        response["X-Request-ID"] = request_id(request)
        failed = bool(request.__dict__.pop("_raised_exception", None))
        if not failed:  # else it was told where it happened
            facts = self.facts(request) | {"status": response.status_code}
            logger.log(self._log_level_for_status_code(response.status_code), "request_finished", **facts)
        clear_contextvars()

    def facts(self, request: HttpRequest) -> dict[str, Any]:
        """View, method, milliseconds; region and account only outside neutrality."""
        view = view_name(request)
        took = round((time.monotonic() - request.META["siap.began"]) * 1000)
        found: dict[str, Any] = {"method": request.method, "view": view, "ms": took}
        if view == SEALED:
            return found
        code = str(request.resolver_match.kwargs.get("code", "")) if request.resolver_match else ""
        if REGION_CODE.fullmatch(code):
            found["region"] = code
        # Only where a view has asked for it: to look would be a statement, and a session touched.
        user = request.__dict__.get("_cached_user")
        if user is not None and user.pk:
            found["user_id"] = user.pk
        return found

    def _process_exception(self, request: HttpRequest, exception: Exception) -> None:
        request.__dict__["_raised_exception"] = exception
        logger.error("request_failed", exc_info=exception, status=500, **self.facts(request))


def request_id(request: HttpRequest) -> str:
    found: str = request.META.get("siap.request_id", "")
    return found


def server_error(request: HttpRequest) -> HttpResponse:
    """Our page of error 500, with the code under which the log has the cause. It looks at nothing that may be broken.

    Where the database has no room or does not answer it is 503: nobody's mistake, and worth another try.
    """
    context = {"error_code": request_id(request)}
    if any(isinstance(error, OperationalError | psycopg.OperationalError) for error in _chain(sys.exception())):
        busy = render(None, "503.html", context, status=503)  # type: ignore[arg-type]
        busy["Retry-After"] = str(AGAIN_SECONDS)
        return busy
    return render(None, "500.html", context, status=500)  # type: ignore[arg-type]


# --- How a line is made -------------------------------------------------------------------------------------------------


def without_paths(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Sentences of libraries name addresses; a traceback, which comes after this, keeps its files."""
    if isinstance(event.get("event"), str):
        event["event"] = PATHS.sub("/…", event["event"])
    return event


def exception_as_text(_logger: object, _name: str, event: EventDict) -> EventDict:
    """The traceback without local variables; of neutrality without messages too."""
    error = _error_of(event.pop("exc_info", None))
    if error is None:
        return event
    if SEALED in (event.get("view"), str(event.get("task", "")).partition(".")[0]) or _is_sealed(error):
        for name in ("error", "exception"):
            event.pop(name, None)
        if event.get("logger") != __name__:  # a library's sentence may quote the error
            event["event"] = f"{type(error).__name__} ({SEALED})"
        event["traceback"] = "\n".join(_places(error))
    else:
        event["traceback"] = "".join(traceback.format_exception(error)).rstrip()
    return event


def _error_of(exc_info: object) -> BaseException | None:
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    return exc_info if isinstance(exc_info, BaseException) else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_sealed(error: BaseException) -> bool:
    """Whether it passed through a module of neutrality, also as the cause of another."""
    return any(
        str(frame.f_globals.get("__name__", "")).partition(".")[0] == SEALED
        for each in _chain(error)
        for frame, _line in traceback.walk_tb(each.__traceback__)
    )


def _places(error: BaseException) -> Iterator[str]:
    """Kinds and places, without the words of the error and without the lines of the source."""
    for each in _chain(error):
        trace: TracebackType | None = each.__traceback__
        yield f"{type(each).__module__}.{type(each).__qualname__}"
        for frame in traceback.extract_tb(trace):
            yield f"  {frame.filename}:{frame.lineno} {frame.name}"


def configuration(*, as_json: bool, level: str) -> dict[str, Any]:
    """For `settings.LOGGING`; our own loggers and those of libraries come out alike."""
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            _resolve_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # the tests of a process change what is listened to
    )
    last: Processor = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else as_line
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": [*shared, _resolve_exc_info],
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_paths,
            exception_as_text,
            last,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": formatter},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # Each says a second time, with the address, what our own line says without.
        "loggers": {
            "django.request": {"level": "CRITICAL"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "propagate": False},
        },
    }


def _resolve_exc_info(_logger: object, _name: str, event: EventDict) -> EventDict:
    """`logger.exception` says True: the error is the one being handled here, and no longer when the line is drawn."""
    if event.get("exc_info") is True:
        event["exc_info"] = sys.exc_info()
    return event


def as_line(_logger: object, _name: str, event: EventDict) -> str:
    """For a terminal: time, level, logger, sentence, then what else is known."""
    trace = event.pop("traceback", "")
    head = " ".join(str(event.pop(name, "")) for name in ("timestamp", "level", "logger", "event"))
    return " ".join([head, *(f"{name}={value}" for name, value in event.items())]) + (f"\n{trace}" if trace else "")
