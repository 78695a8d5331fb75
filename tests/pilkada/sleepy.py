"""A page that waits a second for Postgres, to see whether it makes others wait."""

import os

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilkada.settings")
django.setup()


def application(environ, start_response):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")
    finally:
        connection.close()  # back to the pool, as at the end of every request
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"siap"]
