"""Changes of cases, in a table of their own: administration and the pages of regions never read it, nor its numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from districts.models.audit import Entry


class CaseEntry(Entry):
    """A change of a case or of what belongs to it; `subject_id` is the case. Sealed columns are only said to have changed."""

    class Meta:
        verbose_name = _("jejak kasus")
        verbose_name_plural = _("jejak kasus")
        indexes = [
            # read by the page of the case
            models.Index(fields=["subject_id", "id"], name="caseentry_case"),
        ]
