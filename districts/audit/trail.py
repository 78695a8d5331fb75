"""Tells the database who is at work, so that its triggers can write it down (`siap_audit`, migration `0019_audit`).

The setting `siap.audit` travels in the text of each writing statement, as a local setting of its transaction. So it costs
no statement of its own, works behind PgBouncer in transaction mode, and nothing of it is left on the connection for
whoever gets it next. What writes past Django's cursors (`cursor.copy`) says nothing; COPY fills only temporary tables.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from getpass import getuser
from typing import TYPE_CHECKING, Any, Optional

from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from psycopg import sql
from structlog.contextvars import get_contextvars

from districts.addresses import network_of

if TYPE_CHECKING:
    from districts.models import User

#: Statements that can change a row. One that is told without need (WITH … SELECT … FOR UPDATE) does no harm.
WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|COPY|WITH\b.*\b(INSERT|UPDATE|DELETE|MERGE))\b", re.I | re.S
)


class Origin(StrEnum):
    """How a change came in, as the database keeps it; `models.audit` has the words. (Commands begin before models.)"""

    WEB = "web"
    TASK = "tugas"
    COMMAND = "perintah"


Execute = Callable[[Any, Any, bool, dict[str, Any]], Any]


@dataclass(slots=True)
class Trail:
    """`told` gives what is known at the moment of the statement: who signs in is somebody only after it.

    Of several, one inside another, the innermost speaks.
    """

    told: Callable[[], dict[str, Any]]

    def __call__(self, execute: Execute, statement: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        text = statement if isinstance(statement, str) else statement.as_string(None)
        nearest = next(each for each in reversed(context["connection"].execute_wrappers) if isinstance(each, Trail))
        if nearest is not self or not WRITES.match(text):
            return execute(statement, params, many, context)
        setting = self.setting()
        if many:  # each set of values is a statement of its own: they are told once, before
            with transaction.atomic(savepoint=False):
                context["cursor"].cursor.execute(setting)
                return execute(statement, params, many, context)
        # Of a text with values, each % that is no placeholder is written twice.
        prefix = setting.replace("%", "%%") if params is not None else setting
        whole = prefix + statement if isinstance(statement, str) else sql.SQL(prefix) + statement
        answer = execute(whole, params, many, context)
        context["cursor"].nextset()  # the answer to the setting comes first
        return answer

    def setting(self) -> str:
        """SQL that tells who is at work for the transaction it runs in. ASCII, so that no encoding can matter."""
        said = json.dumps({key: value for key, value in self.told().items() if value}).replace("'", "''")
        return f"SELECT set_config('siap.audit', '{said}', true); "


@contextmanager
def trail(told: Callable[[], dict[str, Any]]) -> Iterator[None]:
    """Whatever is written inside carries what `told` gives."""
    with connection.execute_wrapper(Trail(told)):
        yield


def person_of(request: HttpRequest) -> Optional["User"]:
    """Who is signed in, where the request already knows: asking would read the session of a page that is for anybody."""
    user: Any = getattr(request, "user", None)
    unread = isinstance(user, SimpleLazyObject) and not hasattr(request, "_cached_user")
    return None if user is None or unread or not user.is_authenticated else user


def told_by(request: HttpRequest) -> dict[str, Any]:
    """The person, the name of the route and, of a person alone, the network and the number of the request.

    Of somebody who is not signed in neither is kept: who tips off a case must not be found by what is stored here. The
    address of the page is no part of it, since it may name a case.
    """
    route = request.resolver_match.view_name if request.resolver_match else ""
    said: dict[str, Any] = {"origin": Origin.WEB.value, "via": str(route)[:120]}
    if user := person_of(request):
        said |= {"address": network_of(request), "request": str(get_contextvars().get("request_id", ""))[:64]}
        said |= {"actor": user.pk, "name": str(user)[:150]}
    return said


class AuditTrailMiddleware:
    """Tells the database who sends each request that writes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with trail(lambda: told_by(request)):
            return self.get_response(request)


@contextmanager
def trail_of_task(name: str) -> Iterator[None]:
    """A task: its name and, where a request woke it, the number of that request."""
    with trail(lambda: {"origin": Origin.TASK.value, "via": name, "request": get_contextvars().get("request_id", "")}):
        yield


@contextmanager
def trail_of_command(arguments: list[str]) -> Iterator[None]:
    """A command of `manage.py`: its name and the account of the server that runs it."""
    said = {"origin": Origin.COMMAND.value, "via": " ".join(arguments[1:2])[:120], "name": getuser()[:150]}
    try:
        connection.ensure_timezone  # noqa: B018 - asks for the settings
    except ImproperlyConfigured:
        yield  # without settings nothing is written; the command line says what is missing
        return
    with trail(lambda: said):
        yield
