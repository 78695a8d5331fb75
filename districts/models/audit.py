"""What the database itself wrote down about changes: who, what, when, from where (migration `0019_audit`).

No model here is ever written by the application: triggers write it, and refuse that anything is changed or removed.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.access import ScopedQuerySet


class Action(models.TextChoices):
    INSERT = "I", _("Dibuat")
    UPDATE = "U", _("Diubah")
    DELETE = "D", _("Dihapus")
    TRUNCATE = "T", _("Tabel dikosongkan")


class Origin(models.TextChoices):
    """How the change came in. `sql`: past the application, with nobody's name but the database account's."""

    WEB = "web", _("Halaman SIAP")
    TASK = "tugas", _("Tugas terjadwal")
    COMMAND = "perintah", _("Perintah di server")
    SQL = "sql", _("SQL langsung")


class Entry(models.Model):
    """One row that changed. Plain values and no foreign keys: it says what was true then, and holds nothing back.

    `changed`: {column: [old, new]} of an update, {column: value} of a row made or removed, {"rows": n} of a load too big
    to be told row by row (`object_id` is empty then). What may not be read stands there as `HIDDEN`.
    `subject_id`: the person (or, of a case entry, the case) that the row is about. `actor_id` None: nobody signed in.
    `via`: name of the route, task or command. `address`: of a person who is signed in, never of anybody else.
    """

    at = models.DateTimeField(_("waktu"))
    table_name = models.CharField(_("data"), max_length=63)
    object_id = models.CharField(_("kunci"), max_length=64)
    action = models.CharField(_("tindakan"), max_length=1, choices=Action.choices)
    changed = models.JSONField(_("perubahan"))
    region_code = models.CharField(_("wilayah"), max_length=13, null=True, db_collation="C")
    subject_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("oleh"), max_length=150)
    origin = models.CharField(_("lewat"), max_length=8, choices=Origin.choices)
    address = models.CharField(_("alamat jaringan"), max_length=45)
    request_id = models.CharField(_("nomor permintaan"), max_length=64)
    via = models.CharField(_("halaman atau perintah"), max_length=120)
    db_user = models.CharField(_("akun basis data"), max_length=63)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"#{self.pk}"


class AuditEntryQuerySet(ScopedQuerySet):
    region_field = "region_code"


class AuditEntry(Entry):
    """A change of anything but a case (`neutrality.CaseEntry`)."""

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("jejak perubahan")
        verbose_name_plural = _("jejak perubahan")
        indexes = [
            # read by the history of a kecamatan: one prefix range
            models.Index(fields=["region_code", "id"], name="auditentry_region"),
            # read by the history of one row, in admin
            models.Index(fields=["table_name", "object_id", "id"], name="auditentry_object"),
            # read by the history of a person: what they did, what was done to them
            models.Index(
                fields=["actor_id", "id"], name="auditentry_actor", condition=models.Q(actor_id__isnull=False)
            ),
            models.Index(
                fields=["subject_id", "id"], name="auditentry_subject", condition=models.Q(subject_id__isnull=False)
            ),
            # read by the day hierarchy and the date search of admin
            models.Index(fields=["at"], name="auditentry_at"),
        ]
