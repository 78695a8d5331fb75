"""Forms of packing and of one TPS: text into clean values and sentences. They never write."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.client_keys import KeyedForm
from districts.inputs import BoundedCountField
from districts.models import Contest
from districts.naming import shown
from districts.plain_text import PlainTextField
from logistics.completeness import Goods, goods_name, is_required
from logistics.ledger import LedgerRefused
from logistics.models import Item
from logistics.packing_board import PackingBoard, PackingRow, VillageRows
from logistics.reconciling import Count, difference_sentence
from logistics.seal_numbers import clean_seal, running_seals

#: The most of one item in one parcel: a TPS has at most 10,000 voters (`pollingstation_voters_plausible`) [P].
MOST_IN_PARCEL = 20_000
#: Seals on the boxes of one TPS [P].
MOST_SEALS = 40
#: Characters of the numbers typed for one TPS: as many seals of the longest form.
SEALS_LENGTH = MOST_SEALS * 31


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together; folded away where they are seldom needed."""

    legend: str
    fields: list[BoundField]
    is_folded: bool = False


def _seals_typed(text: str) -> list[str]:
    """Numbers typed one after another, with commas, semicolons or line ends between them."""
    for sign in ";\n\r":
        text = text.replace(sign, ",")
    try:
        return [clean_seal(number) for number in text.split(",") if number.strip()]
    except LedgerRefused as refused:
        raise ValidationError(str(refused)) from refused


def _amount(label: str, **options: Any) -> BoundedCountField:
    return BoundedCountField(label=label, most=MOST_IN_PARCEL, required=False, **options)


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A row of the board with what was ticked and typed in it."""

    row: PackingRow
    is_chosen: bool
    typed: str


@dataclass(frozen=True, slots=True)
class ChoiceVillage:
    village: VillageRows
    value: str
    is_chosen: bool
    rows: tuple[ChoiceRow, ...]


class PackingForm(KeyedForm):
    """Which TPS of a kecamatan are packed now, and the numbers of their seals.

    A TPS takes the numbers typed in its row, else the next ones of the running range. Fields of rows are drawn by the
    table: `tps` and `desa` are tick boxes, `segel-<TPS>` is text. A desa is ticked with the number of open TPS that was
    shown: had somebody packed one meanwhile, the running numbers would go to other boxes than those they are on.
    """

    first_seal = forms.CharField(
        label=gettext_lazy("Nomor segel pertama"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        help_text=gettext_lazy("Misalnya S-000101. TPS terpilih mendapat nomor berurutan, dari atas ke bawah."),
    )  # fmt: skip
    seals_each = BoundedCountField(label=gettext_lazy("Segel per TPS"), least=1, most=MOST_SEALS)

    def __init__(self, *args: Any, board: PackingBoard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.board = board
        self.fields["seals_each"].initial = board.boxes_each or 1
        self.fields["seals_each"].help_text = _("Satu segel tiap kotak, sedikitnya {count}.").format(
            count=board.boxes_each
        )
        for item in board.undecreed:
            self.fields[f"amount_{item.code}"] = _amount(
                _("{item} per TPS dan jenis pemilihan") if item.per_contest else _("{item} per TPS"),
                help_text=_("Jumlahnya belum ada dari Keputusan KPU; isi yang dimasukkan, sedikitnya 1."),
            )
            label = str(self.fields[f"amount_{item.code}"].label)
            self.fields[f"amount_{item.code}"].label = label.format(item=shown(item.name))

    def _ticked(self, name: str) -> set[str]:
        return set(self.data.getlist(name)) if self.is_bound and hasattr(self.data, "getlist") else set()

    def _typed(self, code: str) -> str:
        return str(self.data.get(f"segel-{code}", ""))[:SEALS_LENGTH] if self.is_bound else ""

    def amount_fields(self) -> list[BoundField]:
        return [self[f"amount_{item.code}"] for item in self.board.undecreed]

    def villages(self) -> list[ChoiceVillage]:
        """The table with what was ticked and typed."""
        ticked, whole = self._ticked("tps"), {value.partition(":")[0] for value in self._ticked("desa")}
        return [
            ChoiceVillage(
                village,
                _village_value(village),
                village.code in whole,
                tuple(
                    ChoiceRow(row, row.station.code in ticked, self._typed(row.station.code)) for row in village.rows
                ),
            )
            for village in self.board.villages
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = self._chosen()
        if not chosen:
            raise ValidationError(_("Pilih sedikitnya satu TPS yang belum dikemas."))
        cleaned["stations"] = [row.station for row in chosen]
        if "seals_each" in cleaned:
            cleaned["seals"] = self._seals(chosen, cleaned.get("first_seal", ""), cleaned["seals_each"])
        cleaned["amounts"] = {
            item.code: cleaned[f"amount_{item.code}"]
            for item in self.board.undecreed
            if cleaned.get(f"amount_{item.code}") is not None
        }
        return cleaned

    def _chosen(self) -> list[PackingRow]:
        """Rows that are ticked, or open in a ticked desa, in the order of the table."""
        ticked, whole = self._ticked("tps"), self._ticked("desa")
        chosen = []
        for village in self.board.villages:
            if (is_whole := any(v.startswith(f"{village.code}:") for v in whole)) and _village_value(
                village
            ) not in whole:
                raise ValidationError(
                    _("TPS yang belum dikemas di {village} sudah berubah. Periksa lagi, lalu simpan.").format(
                        village=village.name
                    )
                )
            for row in village.rows:
                if row.station.code in ticked and not row.is_open:
                    raise ValidationError(
                        _(
                            "TPS {code} sudah dikemas orang lain. Hapus centangnya, periksa nomor segel, lalu simpan."
                        ).format(code=row.station.code)
                    )
                if row.is_open and (is_whole or row.station.code in ticked):
                    chosen.append(row)
        return chosen

    def _seals(self, chosen: list[PackingRow], first: str, each: int) -> dict[int, list[str]]:
        own = {row.station.pk: _seals_typed(self._typed(row.station.code)) for row in chosen}
        seals = {station: numbers for station, numbers in own.items() if numbers}
        # boxes that are sealed already get no second number
        waiting = [row.station.pk for row in chosen if row.station.pk not in seals and not row.seals]
        if first.strip() and waiting:
            try:
                running = iter(running_seals(first, each * len(waiting)))
            except LedgerRefused as refused:
                raise ValidationError({"first_seal": str(refused)}) from refused
            seals |= {station: [next(running) for _box in range(each)] for station in waiting}
        return seals


def _village_value(village: VillageRows) -> str:
    return f"{village.code}:{village.open}"


@dataclass(frozen=True, slots=True)
class GoodsField:
    """What a field of a parcel's goods shows: `value` stands in it at first, `hint` beside it."""

    item: Item
    contest: str
    value: int
    hint: str

    @property
    def name(self) -> str:
        return f"n-{self.item.code}-{self.contest}" if self.contest else f"n-{self.item.code}"


class GoodsForm(KeyedForm):
    """A number per goods. `cleaned_data["contents"]`: those above zero. `OWN`: the legend of the other fields."""

    OWN: Any = ""

    def __init__(self, *args: Any, goods: Iterable[GoodsField], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goods = list(goods)
        for each in self.goods:
            label = goods_name(each.item, each.contest)
            self.fields[each.name] = _amount(label[:1].upper() + label[1:], initial=each.value)
            self.fields[each.name].hint = each.hint  # type: ignore[attr-defined]
            self.fields[each.name].suffix = shown(each.item.unit)  # type: ignore[attr-defined]

    def groups(self) -> list[Group]:
        own = [bound for bound in self.visible_fields() if not bound.name.startswith("n-")]
        required = [self[each.name] for each in self.goods if is_required(each.item)]
        others = [self[each.name] for each in self.goods if not is_required(each.item)]
        has_mistakes = any(bound.errors for bound in others)
        found = [
            Group(str(self.OWN), own),
            Group(_("Barang wajib"), required),
            Group(_("Barang lain"), others, is_folded=not has_mistakes),
        ]
        return [group for group in found if group.fields]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["contents"] = {
            (each.item.code, each.contest): cleaned[each.name] for each in self.goods if cleaned.get(each.name)
        }
        return cleaned


class StationPackForm(GoodsForm):
    OWN = gettext_lazy("Segel")
    seals = forms.CharField(
        label=gettext_lazy("Nomor segel"), max_length=SEALS_LENGTH, required=False,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        help_text=gettext_lazy("Satu segel tiap kotak; pisahkan dengan koma: S-000101, S-000102."),
    )  # fmt: skip

    def clean_seals(self) -> list[str]:
        return _seals_typed(self.cleaned_data["seals"])


class StationUnpackForm(GoodsForm):
    OWN = gettext_lazy("Alasan")
    reason = PlainTextField(
        label=gettext_lazy("Mengapa dibuka"), max_length=280, help_text=gettext_lazy("Tanpa nama orang, NIK atau NIP."),
        error_messages={"required": gettext_lazy("Tulis mengapa paket dibuka.")},
    )  # fmt: skip


class ReconcileForm(KeyedForm):
    """Three numbers per contest that add up to the ballots of the parcel."""

    PARTS = (
        ("used", gettext_lazy("Digunakan")),
        ("spoiled", gettext_lazy("Rusak atau keliru dicoblos")),
        ("unused", gettext_lazy("Tidak digunakan")),
    )

    def __init__(self, *args: Any, ballots: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballots = ballots
        for contest in ballots:
            for part, label in self.PARTS:
                self.fields[f"{part}_{contest}"] = BoundedCountField(
                    label=f"{label}, {Contest.Kind(contest).label.lower()}",
                    most=MOST_IN_PARCEL,
                    error_messages={"required": _("Isi jumlahnya; 0 bila tidak ada.")},
                )

    def groups(self) -> list[Group]:
        return [
            Group(
                _("Surat suara {contest}: diterima {count}").format(
                    contest=Contest.Kind(contest).label.lower(), count=number_format(count)
                ),
                [self[f"{part}_{contest}"] for part, _label in self.PARTS],
            )
            for contest, count in self.ballots.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["counts"] = counts = {}
        for contest, received in self.ballots.items():
            numbers = [cleaned.get(f"{part}_{contest}") for part, _label in self.PARTS]
            if None in numbers:
                continue
            counts[contest] = Count(*(number for number in numbers if number is not None))
            if sentence := difference_sentence(contest, counts[contest], received):
                self.add_error(f"unused_{contest}", sentence)
        return cleaned


def field_of(goods: Goods, item: Item, value: int, *told: str) -> GoodsField:
    """`told`: what the hint says, empty words left out."""
    return GoodsField(item, goods[1], value, " · ".join(word for word in told if word))
