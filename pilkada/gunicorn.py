"""The web server: `python -m gunicorn -c pilkada/gunicorn.py pilkada.wsgi`.

Named by its path, never as a module: nothing of the application may be imported before a worker is made cooperative,
or psycopg would choose a way of waiting that stops every other request of the worker.
"""

import os
import sys

# A dozen phones dribbling a form over a weak signal must not keep everybody else waiting.
worker_class = "gevent"
workers = int(os.environ.get("WEB_WORKERS", "2"))
worker_connections = 500
timeout = 60
graceful_timeout = 8
keepalive = 5
# A request of its own greenlet would otherwise hold a connection of its own to Postgres.
raw_env = ["DATABASE_POOL=" + os.environ.get("DATABASE_POOL", "20")]
accesslog = "-" if os.environ.get("ACCESS_LOG") else None
# It would put a socket into the user's home, the same for every checkout.
control_socket_disable = True


def post_worker_init(_worker: object) -> None:
    """Refuse to serve when the promise at the top of this file is broken."""
    waiting = sys.modules[
        "psycopg.waiting"
    ]  # imported with the application, and looked at without an import: see above
    if waiting.wait is getattr(waiting, "wait_c", None):
        raise RuntimeError("psycopg was imported before gevent patched the worker: its waits would block everyone.")
