"""The blank of a shape: a sheet with its headings and one example line, to fill in and upload."""

from django.utils.translation import gettext as _

from districts import exporting
from districts.loading.shapes import EXAMPLE, Shape


def blank_sheet(shape: Shape, name: str) -> exporting.Sheet:
    """For `exporting.download`. The example line begins with "contoh:" and is not data when it is left in."""
    by_name = {column.name: column for column in shape.columns}
    names = (*shape.required, *shape.optional)
    examples = [by_name[each].example if each in by_name else "" for each in names]
    return exporting.Sheet(
        name=name,
        columns=[exporting.Column(shape.title_of(each)) for each in names],
        rows=[[f"{EXAMPLE} {examples[0]}".strip(), *examples[1:]]],
        guide=(*guide_of(shape), (_("Baris contoh"), _("Baris yang diawali “contoh:” tidak dibaca; boleh dihapus."))),
    )


def guide_of(shape: Shape) -> tuple[tuple[str, str], ...]:
    """(heading, how it is filled in) of every column."""
    return tuple((shape.title_of(each), _meaning(shape, each)) for each in (*shape.required, *shape.optional))


def _meaning(shape: Shape, name: str) -> str:
    """Whether a column must be filled, and how."""
    column = next((column for column in shape.columns if column.name == name), None)
    need = _("Wajib diisi.") if name in shape.required else _("Boleh kosong.")
    example = _("Contoh: %(example)s") % {"example": column.example} if column and column.example else ""
    return " ".join(part for part in (need, column.note if column else "", example) if part)
