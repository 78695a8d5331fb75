"""What officials write about people in a spreadsheet, brought to one way: roles, telephone numbers, days, region codes."""

import re
from datetime import date

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from districts.access import Role
from districts.plain_text import holds_personal_number, plain
from districts.reports.contacting import COUNTRY

#: Words for a role, in lower case; the first of a role is the one that the example sheet shows.
ROLE_WORDS: dict[str, tuple[str, ...]] = {
    Role.REPORTER: ("camat", "operator", "camat/operator", "operator kecamatan", "sekcam", "staf kecamatan"),
    Role.PPK: ("ppk", "pps", "ppk/pps", "ketua ppk", "anggota ppk", "sekretaris ppk"),
    Role.PARTNER: (
        "mitra", "diskominfo", "polri", "polres", "polresta", "tni", "kodim", "puskesmas", "dinkes", "bpbd", "pln",
    ),
    Role.OBSERVER: ("pemantau", "pimpinan", "pimpinan/pemantau", "bupati", "wali kota", "sekda", "gubernur"),
    Role.KPU: ("kpu", "penghubung kpu"),
    Role.DESK: ("desk", "desk pilkada"),
    Role.NEUTRALITY: ("netralitas", "penangan netralitas", "bawaslu"),
}  # fmt: skip
_ROLE_OF = {word: role for role, words in ROLE_WORDS.items() for word in words}
#: Digits of an Indonesian number after the country code, from a small town's landline to the longest mobile number.
_NATIONAL_DIGITS = range(8, 13)
_WRITTEN_DAY = re.compile(
    r"(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}))(?:[ T]0{1,2}:00(?::00)?)?"
)
_CODE_PARTS = (2, 2, 2)


class Unreadable(Exception):
    """A cell that says nothing we can use; carries the reason, in lower case and without a full stop."""


def words_of_roles(roles: list[str]) -> str:
    """The words to write for these roles, for a sentence."""
    return ", ".join(ROLE_WORDS[role][0] for role in roles)


def read_role(text: str) -> tuple[str, str]:
    """The role, and the stem of a username made from the word that was written: `operator` stays an operator."""
    word = " ".join(re.sub(r"\s*/\s*", "/", text.casefold().replace("_", " ")).split())
    with override("id"):  # the file is Indonesian, whatever the page is in
        role = _ROLE_OF.get(word) or next(
            (each.value for each in Role if word in (each.value, each.label.casefold())), ""
        )
    if not role:
        raise Unreadable(
            _("peran “%(value)s” tidak dikenal; isi %(words)s")
            % {"value": text, "words": words_of_roles(list(ROLE_WORDS))}
        )
    single = "/" not in word and word not in Role.values and not word.startswith(("staf", "operator"))
    stem = slugify(word) if single else ROLE_WORDS[role][0]
    return role, "operator" if word.startswith("operator") else stem


def read_name(text: str) -> str:
    """A name on one line. Never a NIK or NIP."""
    name = plain(text)
    if holds_personal_number(name):
        raise Unreadable(_("NIK atau NIP tidak dicatat di sini; hapus dari berkas"))
    if not any(sign.isalpha() for sign in name):
        raise Unreadable(_("nama “%(value)s” bukan nama orang") % {"value": name})
    return name


def read_phone(text: str) -> str:
    """`+62812…` of `0812 3456 7890`, `62812…` and of `812…`, from which a spreadsheet took the zero; "" stays empty."""
    said = plain(text)
    if not said:
        return ""
    if re.fullmatch(r"[\d.,]+[eE]\+?\d+", said):
        raise Unreadable(
            _("telepon “%(value)s” sudah diringkas Excel; jadikan kolomnya Teks, lalu tulis nomornya lagi")
            % {"value": said}
        )
    digits = re.sub(r"[\s().\-]", "", said)
    if holds_personal_number(said) or re.fullmatch(r"\d{16}|\d{18}", digits):
        raise Unreadable(_("NIK atau NIP tidak dicatat di sini; hapus dari berkas"))
    if re.fullmatch(rf"\+(?!{COUNTRY})\d{{8,15}}", digits):
        return digits  # a number of another country
    national = digits.removeprefix("+").removeprefix(COUNTRY) if digits.startswith(("+", COUNTRY)) else digits
    national = national.removeprefix("0")
    if not national.isdecimal() or len(national) not in _NATIONAL_DIGITS:
        raise Unreadable(_("telepon “%(value)s” tidak dikenal; tulis seperti 081234567890") % {"value": said})
    return f"+{COUNTRY}{national}"


def read_day(text: str) -> date | None:
    """`2026-10-21`, `21/10/2026` or a spreadsheet's date; None for an empty cell."""
    said = plain(text)
    if not said:
        return None
    found = _WRITTEN_DAY.fullmatch(said)
    try:
        if found:
            year, month, day = found.group(1, 2, 3) if found[1] else found.group(6, 5, 4)
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise Unreadable(_("tanggal “%(value)s” tidak dikenal; tulis seperti 2026-10-21 atau 21/10/2026") % {"value": said})


def read_code(text: str) -> str:
    """`64.08.11` of `64.08.11` and of `640811`; as written where it is neither."""
    said = plain(text)
    digits = said.replace(".", "").replace(" ", "")
    if not digits.isdecimal() or len(digits) % 2 or len(digits) > sum(_CODE_PARTS):
        return said
    return ".".join(digits[start : start + 2] for start in range(0, len(digits), 2))


def folded(name: str) -> str:
    """A name without what people write differently: case, spaces, signs, and the word for the kind of region."""
    bare = re.sub(r"[^\w]+", " ", plain(name).casefold()).strip()
    return re.sub(r"^(kab|kabupaten|kec|kecamatan|prov|provinsi|distrik|kapanewon|kemantren) ", "", bare)


def stem_of(word: str, place: str) -> str:
    """`camat-sandaran`."""
    return f"{word}-{slugify(place)}".strip("-")[:50]
