"""`manage.py migrate`, and after it the triggers of the audit in line with what the apps declare (`audited.py`)."""

from typing import Any

from django.core.management.commands.migrate import Command as Migrate
from django.db import connection

from districts.audit.triggers import align_triggers


class Command(Migrate):
    """Django's, which makes permissions and content types likewise after every migration."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        shows_only = options["plan"] or options["check_unapplied"]
        if not shows_only and "districts_auditentry" in connection.introspection.table_names():
            changed = align_triggers()
            if changed and options["verbosity"] > 0:
                self.stdout.write(f"Pemicu jejak perubahan: {changed} disesuaikan.")
