"""The steps of the bars: what the stages of a parcel are told as, in order (DOMAIN 3.4)."""

from collections.abc import Iterable
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

#: A part of a stacked bar: step, words, count.
Part = tuple[int | str, str, int]


@cache
def step_words(language: str | None) -> tuple[str, ...]:
    """What the steps of a bar (`board_sql.STEPS`) are called in `language`, the active one."""
    return (
        _("belum dikemas"), _("dikemas di gudang KPU"), _("menuju PPK"), _("di PPK"), _("menuju PPS"), _("di PPS"),
        _("menuju TPS"), _("di TPS"), _("dalam pengembalian"), _("kembali di gudang KPU"),
    )  # fmt: skip


def parts(steps: Iterable[int], unknown: int = 0) -> list[Part]:
    """The parts of a bar; TPS nobody keeps the ledger of are grey."""
    words = step_words(get_language())
    known: list[Part] = [(step, words[step], count) for step, count in enumerate(steps)]
    return [*known, ("unknown", _("belum ada catatan KPU"), unknown)]
