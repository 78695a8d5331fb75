"""The web server: `python -m gunicorn -c pilkada/gunicorn.py pilkada.wsgi`.

Named by its path, never as a module: nothing of the application may be imported before a worker is made cooperative,
or psycopg would choose a way of waiting that stops every other request of the worker.
"""

import json
import logging
import os
import re
import secrets
import shutil
import sys
import tempfile
from datetime import UTC, datetime

from gunicorn.config import Config
from gunicorn.glogging import Logger

# A dozen phones dribbling a form over a weak signal must not keep everybody else waiting.
worker_class = "gevent"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_connections = 500
timeout = 60
graceful_timeout = 8
keepalive = 5
#: Where the workers keep their figures for /metrics together, for as long as this server runs.
figures = tempfile.mkdtemp(prefix="siap-angka-")
# A request of its own greenlet would otherwise hold a connection of its own to Postgres.
raw_env = [
    "DATABASE_POOL=" + os.environ.get("DATABASE_POOL", "20"),
    # Its workers count senders of the public forms under one key, which no file holds.
    "NEUTRALITY_COUNTING_SEED=" + secrets.token_hex(32),
    "PROMETHEUS_MULTIPROC_DIR=" + figures,
]
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
# No address, no user agent, no referrer, nothing after the "?": who sends early information without a name leaves none.
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(b)s %(M)sms'


log_format = os.environ.get("LOG_FORMAT") or ("text" if os.environ.get("LOCAL") else "json")


class JsonLines(logging.Formatter):
    """gunicorn's own sentences as the lines of `pilkada.logs`, which may not be imported here."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "event": record.getMessage(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class NamelessLogger(Logger):
    """gunicorn's own sentence about a request that is no HTTP names the address it came from."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        if log_format == "json":
            for handler in self.error_log.handlers:
                handler.setFormatter(JsonLines())

    def warning(self, msg: object, *args: object, **kwargs: object) -> None:
        super().warning(re.sub(r"ip=\S+", "ip=-", str(msg)), *args, **kwargs)

    def exception(self, msg: object, *args: object, **kwargs: object) -> None:
        """Its sentence about a request it could not finish names the address asked for."""
        super().exception(msg, *("-" if str(each).startswith("/") else each for each in args), **kwargs)


logger_class = NamelessLogger
# It would put a socket into the user's home, the same for every checkout.
control_socket_disable = True


def post_worker_init(_worker: object) -> None:
    """Refuse to serve when the promise at the top of this file is broken."""
    waiting = sys.modules[
        "psycopg.waiting"
    ]  # imported with the application, and looked at without an import: see above
    if waiting.wait is getattr(waiting, "wait_c", None):
        raise RuntimeError("psycopg was imported before gevent patched the worker: its waits would block everyone.")


def on_exit(_server: object) -> None:
    shutil.rmtree(figures, ignore_errors=True)
