"""What an election needs: the catalogue of DOMAIN 3.2 and the rule by which each item is counted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from districts.models import Election


class Item(models.Model):
    """A kind of goods. Codes are those of DOMAIN 3.2."""

    class Group(models.TextChoices):
        """The three groups of PKPU 12/2024, DOMAIN 3.1."""

        VOTING = "perlengkapan", _("Perlengkapan pemungutan suara")
        SUPPORT = "dukungan", _("Dukungan perlengkapan")
        OTHER = "lainnya", _("Perlengkapan lainnya")

    class Packing(models.TextChoices):
        """How it reaches the TPS, DOMAIN 3.4."""

        INSIDE = "kotak", _("di dalam kotak suara")
        BESIDE = "luar", _("bersama kotak, di luarnya")
        LOOSE = "lepas", _("tidak ikut paket TPS")

    code = models.CharField(_("kode"), primary_key=True, max_length=2)
    position = models.PositiveSmallIntegerField(_("urutan"))
    name = models.CharField(_("nama"), max_length=120)
    unit = models.CharField(_("satuan"), max_length=12)
    group = models.CharField(_("kelompok"), max_length=12, choices=Group.choices)
    packing = models.CharField(_("kemasan"), max_length=5, choices=Packing.choices)
    per_contest = models.BooleanField(_("dihitung per jenis pemilihan"), default=False)
    must_count = models.BooleanField(_("wajib hitung"), default=False)
    needs_sorting = models.BooleanField(_("disortir dulu"), default=False)
    source = models.CharField(_("sumber"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("barang")
        verbose_name_plural = _("barang")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                name="item_group_known",
                condition=Q(group__in=["perlengkapan", "dukungan", "lainnya"]),
                violation_error_message=_("Kelompok barang tidak dikenal."),
                violation_error_code="group",
            ),
            models.CheckConstraint(
                name="item_packing_known",
                condition=Q(packing__in=["kotak", "luar", "lepas"]),
                violation_error_message=_("Kemasan tidak dikenal."),
                violation_error_code="packing",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class NeedRule(models.Model):
    """How much of an item is needed, per what. Without an election it is the default; a row of an election goes before.

    `amount` null: the number stands in a KPU decree that an administrator has not entered yet; the need is then unknown,
    not zero.
    """

    class Basis(models.TextChoices):
        TPS = "tps", _("per TPS")
        VOTER = "pemilih", _("per pemilih, cadangan dibulatkan ke atas per TPS")
        PPK = "ppk", _("per PPK (kecamatan)")
        REGION = "daerah", _("per daerah pemilihan, disimpan KPU penyelenggara")

    election = models.ForeignKey(
        Election, models.CASCADE, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("pemilihan")
    )
    item = models.ForeignKey(Item, models.PROTECT, related_name="rules", db_index=False, verbose_name=_("barang"))
    basis = models.CharField(_("dihitung"), max_length=8, choices=Basis.choices)
    amount = models.DecimalField(
        _("jumlah"), max_digits=8, decimal_places=3, null=True, blank=True,
        help_text=_("kosong: belum diisi dari Keputusan KPU; kebutuhannya lalu tidak diketahui, bukan nol"),
    )  # fmt: skip
    reserve = models.DecimalField(
        _("cadangan"), max_digits=5, decimal_places=4, default=0, help_text=_("bagian dari pemilih, 0,025 untuk 2,5 %")
    )
    source = models.CharField(_("sumber"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("aturan kebutuhan")
        verbose_name_plural = _("aturan kebutuhan")
        ordering = ["item", "basis", "election"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "basis", "election"],
                name="needrule_once",
                nulls_distinct=False,
                violation_error_message=_("Aturan ini sudah ada."),
            ),
            models.CheckConstraint(
                name="needrule_basis_known",
                condition=Q(basis__in=["tps", "pemilih", "ppk", "daerah"]),
                violation_error_message=_("Dasar hitungan tidak dikenal."),
                violation_error_code="basis",
            ),
            models.CheckConstraint(
                name="needrule_amount_not_negative",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                violation_error_message=_("Jumlah tidak boleh negatif."),
                violation_error_code="amount",
            ),
            # only what is counted per voter has a reserve; more than the voters themselves is a typing error
            models.CheckConstraint(
                name="needrule_reserve_of_voters",
                condition=Q(reserve=0) | Q(basis="pemilih", reserve__gt=0, reserve__lte=1),
                violation_error_message=_(
                    "Cadangan hanya untuk hitungan per pemilih, paling banyak 1, yaitu sebanyak pemilih."
                ),
                violation_error_code="reserve",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.get_basis_display()}"
