"""The kinds of files of logistics (IMPORT_KINDS of the settings): each is a document of the ledger."""

from collections.abc import Callable
from functools import partial

from django.db.backends.utils import CursorWrapper
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.importing.kinds import Acting, Brought, Counted, ImportRefused, Kind
from logistics.access import check_can_keep_stock
from logistics.importing.goods import bring_sorting, bring_stock
from logistics.importing.rules import ARITHMETIC, RULES, tidy
from logistics.importing.shapes import SHAPES, ImportKind
from logistics.importing.steps import bring_stages
from logistics.ledger import LedgerRefused, mark_regency_stale, write_document
from logistics.models import Document, DocumentKind

#: The staged lines in, what they bring out; `document` is the whole file's.
Bring = Callable[[CursorWrapper, Document], list[Counted]]
#: Longest note of a document.
NOTE_LENGTH = 280


def _bring(write: Bring, cursor: CursorWrapper, acting: Acting) -> Brought:
    """Written under a document that carries the file's own key."""
    file = acting.file
    if file.election is None or file.region_id is None:
        raise ImportRefused(_("Berkas logistik selalu milik satu pemilihan di satu kabupaten/kota."))
    try:
        document, _is_new = write_document(
            election=file.election, kind=DocumentKind.IMPORT, regency=file.region_id, happened_at=acting.now,
            by=acting.by, now=acting.now, note=_("Berkas {name}").format(name=file.name)[:NOTE_LENGTH],
            client_key=file.client_key,
        )  # fmt: skip
        counted = write(cursor, document)
    except LedgerRefused as error:
        raise ImportRefused(str(error)) from error
    mark_regency_stale(file.election, file.region_id)
    return Brought(counted)


def _home(code: str) -> str:
    return reverse("imports", args=[code])


def _kind(kind: ImportKind, label: str | Promise, write: Bring) -> Kind:
    return Kind(
        code=kind.value, label=label, shape=SHAPES[kind], check_may=check_can_keep_stock, tidy=tidy(kind),
        rules=(RULES[kind], ARITHMETIC[kind]), bring=partial(_bring, write), home=_home, adds_up=True,
        source=gettext_lazy("Sumber: berkas penghubung KPU."),
    )  # fmt: skip


STOCK = _kind(ImportKind.STOCK, gettext_lazy("Penerimaan stok"), bring_stock)
SORTING = _kind(ImportKind.SORTING, gettext_lazy("Hasil sortir-lipat"), bring_sorting)
STAGES = _kind(ImportKind.STAGES, gettext_lazy("Tahap logistik per TPS"), bring_stages)
