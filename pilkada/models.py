"""The one row of the composition root: which beat may dispatch."""

from django.db import models
from django.db.models import Q


class BeatLease(models.Model):
    """Who dispatches the schedule, and until when; one row for the whole installation, written by `pilkada.beat`.

    `ticked_at` is the last sign of life, by the database's clock; `until` lies in the past when the holder said goodbye.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    holder = models.CharField(max_length=100)
    since = models.DateTimeField()
    ticked_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="beatlease_is_one_row",
                condition=Q(id=1),
                violation_error_message="Hanya satu penjadwal yang boleh memegang giliran.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.ticked_at:%Y-%m-%d %H:%M:%S}"
