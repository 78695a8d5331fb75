"""A file of accounts: a line per person and role. Brought whole or not at all; the same file again changes nothing.

Checked in Python: what is wrong with a name or a number is said in sentences that SQL over text would hide. Statements
do not grow with the lines beyond what one statement can hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Func, TextField, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from districts.access import APART, NATION, Role
from districts.accounts.keeping import new_code
from districts.accounts.rights import Right, check_can_manage_people, unended
from districts.accounts.words import (
    ROLE_WORDS,
    Unreadable,
    folded,
    read_code,
    read_day,
    read_name,
    read_phone,
    read_role,
    stem_of,
    words_of_roles,
)
from districts.importing.kinds import Acting, Brought, Change, Counted, Kind
from districts.importing.values import TABLE
from districts.loading.faults import BadFile, BadLine, refused
from districts.loading.shapes import Column, Shape
from districts.models import Assignment, ImportFile, Region, SignInCode, User
from districts.models.regions import without_kabupaten

#: [P] 7,285 kecamatan have a camat each; more lines than that are several files.
MOST_LINES = 10_000
#: [P] New accounts that the preview names one by one.
NAMED = 200
COLUMNS = ("nama", "nama_pengguna", "telepon", "peran", "kode_wilayah", "wilayah", "berlaku_dari", "sampai")
SHAPE = Shape(
    ("nama", "peran", "kode_wilayah"),
    ("wilayah", "telepon", "nama_pengguna", "berlaku_dari", "sampai"),
    (
        Column("nama", "Nama", "Juwita Rahman", "Nama lengkap, tanpa NIK atau NIP.", ("nama lengkap", "nama pejabat")),
        Column(
            "peran",
            "Peran",
            "Camat",
            "Salah satu dari: " + "; ".join(", ".join(words[:3]) for words in ROLE_WORDS.values()) + ".",
            ("jabatan", "tugas"),
        ),
        Column("kode_wilayah", "Kode wilayah", "64.08.11", "Kode Kemendagri, dengan atau tanpa titik.", ("kode",)),
        Column("wilayah", "Wilayah", "Sandaran", "Nama wilayahnya, untuk mencocokkan kodenya.", ("nama wilayah", "kecamatan")),
        Column("telepon", "Telepon", "081234567890", "Jadikan kolomnya Teks.", ("no hp", "hp", "nomor hp", "no telepon", "wa")),
        Column("nama_pengguna", "Nama pengguna", "camat-sandaran", "Kosong: dibuatkan dari peran dan wilayah.", ("username", "akun")),
        Column("berlaku_dari", "Berlaku dari", "2026-10-21", "Kosong: hari ini.", ("mulai", "dari", "tmt")),
        Column("sampai", "Sampai", "", "Hari terakhir bertugas. Kosong: belum ditentukan.", ("berakhir", "sampai dengan")),
    ),
)  # fmt: skip


@dataclass(slots=True)
class Wanted:
    """A line that could be read: who gets which role where. `person` is set where the account exists already."""

    line: int
    name: str
    phone: str
    role: str
    stem: str
    code: str
    username: str
    since: date
    until: date | None
    region: Region | None = None
    person: User | None = None
    has_role: bool = False


@dataclass(slots=True)
class Known:
    """What the database says about the people and places of a file."""

    regions: dict[str, Region]
    by_username: dict[str, User] = field(default_factory=dict)
    assigned: dict[tuple[str, str], list[Assignment]] = field(default_factory=dict)  # by role and code
    roles: dict[int, set[tuple[str, str]]] = field(default_factory=dict)  # of a person, not ended


def bring_accounts(cursor: CursorWrapper, acting: Acting) -> Brought:
    """Make the accounts, roles and codes of the staged lines. BadFile with every bad line."""
    code = acting.file.region_id or NATION
    right = check_can_manage_people(acting.by, code)
    today = timezone.localdate(acting.now)
    wanted, bad = _read(cursor, today)
    known = _known(wanted)
    for each in wanted:
        bad += [BadLine(each.line, reason) for reason in _place_faults(each, known, right, code)]
    if bad:
        raise BadFile(bad)
    _match(wanted, known)
    bad += _repeated(wanted)
    bad += [BadLine(each.line, reason) for each in wanted for reason in _person_faults(each, known, right, acting.by)]
    if bad:
        raise BadFile(bad)
    _name_accounts(wanted, known)
    return _write(wanted, acting)


def _read(cursor: CursorWrapper, today: date) -> tuple[list[Wanted], list[BadLine]]:
    cursor.execute(f"SELECT line, {', '.join(COLUMNS)} FROM {TABLE} ORDER BY line LIMIT {MOST_LINES + 1}")
    rows = cursor.fetchall()
    if len(rows) > MOST_LINES:
        raise refused(_("lebih dari %(most)d baris; bagi menjadi beberapa berkas.") % {"most": MOST_LINES})
    wanted: list[Wanted] = []
    bad: list[BadLine] = []
    for line, *cells in rows:
        try:
            wanted.append(_line(line, dict(zip(COLUMNS, (cell or "" for cell in cells), strict=True)), today))
        except Unreadable as unreadable:
            bad.append(BadLine(line, str(unreadable)))
    return wanted, bad


def _line(line: int, cells: dict[str, str], today: date) -> Wanted:
    for title, name in ((_("nama"), "nama"), (_("peran"), "peran"), (_("kode wilayah"), "kode_wilayah")):
        if not cells[name]:
            raise Unreadable(_("%(title)s kosong") % {"title": title})
    role, stem = read_role(cells["peran"])
    since, until = read_day(cells["berlaku_dari"]) or today, read_day(cells["sampai"])
    if until and until < today:
        raise Unreadable(_("sampai %(day)s sudah lewat") % {"day": until.isoformat()})
    if until and until < since:
        raise Unreadable(_("sampai %(day)s sebelum tanggal mulainya") % {"day": until.isoformat()})
    found = Wanted(
        line, read_name(cells["nama"]), read_phone(cells["telepon"]), role, stem, read_code(cells["kode_wilayah"]),
        _username(cells["nama_pengguna"]), since, until,
    )  # fmt: skip
    for limit, value, title in ((120, found.name, _("nama")), (60, found.username, _("nama pengguna"))):
        if len(value) > limit:
            raise Unreadable(_("%(title)s lebih dari %(limit)d huruf") % {"title": title, "limit": limit})
    found.stem = f"{stem}|{cells['wilayah']}"  # both are looked at once the region is known
    return found


def _username(text: str) -> str:
    try:
        UnicodeUsernameValidator()(text or "x")
    except ValidationError:
        raise Unreadable(
            _("nama pengguna “%(value)s” hanya boleh huruf, angka dan - _ . tanpa spasi") % {"value": text}
        ) from None
    return text.lower()


def _known(wanted: list[Wanted]) -> Known:
    """Five statements, however many lines."""
    codes = {each.code for each in wanted}
    known = Known(Region.objects.select_related("parent").in_bulk(codes))
    names = {each.username for each in wanted if each.username}
    known.by_username = {
        user.username.lower(): user for user in User.objects.alias(low=Lower("username")).filter(low__in=names)
    }
    here = Assignment.objects.filter(unended(), region__in=codes).select_related("user")
    for assignment in here.order_by("pk"):
        known.assigned.setdefault((assignment.role, str(assignment.region_id)), []).append(assignment)
    people = {user.pk for user in known.by_username.values()}
    people |= {each.user_id for group in known.assigned.values() for each in group}
    rows = Assignment.objects.filter(unended(), user__in=people).values_list("user", "role", "region")
    for user, role, code in rows:
        known.roles.setdefault(user, set()).add((role, code or NATION))
    return known


def _place_faults(each: Wanted, known: Known, right: Right, code: str) -> Iterator[str]:
    """What is wrong with the region of a line, and with the role there."""
    each.stem, said = each.stem.split("|", 1)
    each.region = known.regions.get(each.code)
    if each.region is None:
        yield _("kode wilayah “%(value)s” tidak ada di daftar wilayah") % {"value": each.code}
        return
    name = each.region.name
    if said and folded(said) not in (folded(name), folded(without_kabupaten(name))):
        yield _("kode %(code)s adalah %(name)s, bukan “%(value)s”; periksa kode atau namanya") % {
            "code": each.code, "name": name, "value": said,
        }  # fmt: skip
    elif not each.code.startswith(code):
        yield _("%(name)s (%(code)s) di luar wilayah ini") % {"name": name, "code": each.code}
    elif not Right(NATION).gives(each.role, each.code):
        yield _("peran %(role)s tidak ada di tingkat %(name)s (%(code)s)") % {
            "role": Role(each.role).label, "name": name, "code": each.code,
        }  # fmt: skip
    elif not right.gives(each.role, each.code):
        yield _("peran %(role)s tidak diberikan oleh Desk Anda; yang dapat: %(words)s") % {
            "role": Role(each.role).label, "words": words_of_roles(right.roles()),
        }  # fmt: skip


def _match(wanted: list[Wanted], known: Known) -> None:
    """Find the account of each line: by username, else the one of the same name in the same office."""
    for each in wanted:
        same_office = known.assigned.get((each.role, each.code), [])
        if each.username:
            each.person = known.by_username.get(each.username)
        else:
            own = next((held.user for held in same_office if folded(held.user.name) == folded(each.name)), None)
            each.person = own
            each.username = own.username if own else ""
        each.has_role = each.person is not None and any(held.user_id == each.person.pk for held in same_office)


def _repeated(wanted: list[Wanted]) -> Iterator[BadLine]:
    """The same person in the same office twice, or one username for two people."""
    offices: dict[tuple[str, str, str], int] = {}
    names: dict[str, tuple[str, int]] = {}
    for each in wanted:
        if each.username:
            name, line = names.setdefault(each.username, (folded(each.name), each.line))
            if name != folded(each.name):
                yield BadLine(each.line, _("nama pengguna ini dipakai orang lain di baris %(line)d") % {"line": line})
                continue
        first = offices.setdefault((each.username or folded(each.name), each.role, each.code), each.line)
        if first != each.line:
            yield BadLine(
                each.line, _("orang dengan peran dan wilayah ini sudah ada di baris %(line)d") % {"line": first}
            )


def _person_faults(each: Wanted, known: Known, right: Right, by: User) -> Iterator[str]:
    """What is wrong with the account of a line that exists already."""
    if each.person is None:
        return
    if each.person == by and not each.has_role:
        yield _("peran untuk akun sendiri tidak dapat Anda berikan; minta Desk di atas Anda atau administrator")
        return
    roles = known.roles.get(each.person.pk, set())
    within = right.code == NATION or (bool(roles) and right.covers_all(roles))
    if folded(each.person.name) != folded(each.name) or not within or each.person.is_staff:
        yield _("nama pengguna “%(value)s” sudah dipakai orang lain; pilih yang lain atau kosongkan") % {
            "value": each.username
        }
    elif not each.person.is_active:
        yield _("akun “%(value)s” dinonaktifkan; minta administrator") % {"value": each.username}
    elif each.role in APART and APART - {each.role} & {role for role, _code in roles}:
        yield _("camat dan stafnya tidak menangani netralitas; kedua peran itu tidak dapat dirangkap")


def _name_accounts(wanted: list[Wanted], known: Known) -> None:
    """Usernames for new accounts: `camat-sandaran`, with the regency where that is taken, then numbered."""
    fresh = [each for each in wanted if each.person is None and not each.username]
    plain_stems = {each.line: stem_of(each.stem, str(each.region and each.region.short_name)) for each in fresh}
    stems = set(plain_stems.values()) | {_longer(each, plain_stems[each.line]) for each in fresh}
    numbered = Func(Lower("username"), Value(r"-\d+$"), Value(""), function="regexp_replace", output_field=TextField())
    taken = set(User.objects.alias(stem=numbered).filter(stem__in=stems).values_list("username", flat=True))
    taken |= set(User.objects.filter(username__in=stems).values_list("username", flat=True))
    taken = {name.lower() for name in taken}
    taken |= {each.username for each in wanted if each.username}
    places: dict[str, set[str]] = {}
    for each in fresh:
        places.setdefault(plain_stems[each.line], set()).add(each.code)
    shared = {stem for stem, codes in places.items() if len(codes) > 1} | (taken & set(places))
    for each in fresh:
        stem = plain_stems[each.line]
        base = _longer(each, stem) if stem in shared else stem
        each.username = next(name for name in _numbered(base) if name not in taken)
        taken.add(each.username)


def _longer(each: Wanted, stem: str) -> str:
    parent = each.region.parent if each.region else None
    return f"{stem}-{slugify(without_kabupaten(parent.name))}"[:56] if parent else stem


def _numbered(base: str) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base}-{number}"


def _write(wanted: list[Wanted], acting: Acting) -> Brought:
    batch: UUID = acting.file.client_key
    unusable = make_password(None)  # the same for all: it opens nothing
    made: dict[str, User] = {}
    for each in wanted:
        if each.person is None and each.username not in made:
            made[each.username] = User(username=each.username, name=each.name, phone=each.phone, password=unusable)
    User.objects.bulk_create(made.values())
    roles = [each for each in wanted if not each.has_role]
    _give(
        Assignment(
            user=each.person or made[each.username], role=each.role, region_id=each.code, valid_from=each.since,
            valid_until=each.until,
        )
        for each in roles
    )  # fmt: skip
    gets: dict[str, list[tuple[str, str]]] = {}
    for each in roles:
        gets.setdefault(each.username, []).append((each.role, each.code))
    SignInCode.objects.bulk_create(
        new_code(person, roles=gets[name], by=acting.by, now=acting.now, batch=batch) for name, person in made.items()
    )
    added = sum(1 for each in roles if each.person is not None)
    same = len(wanted) - len(roles)
    counted = [
        (_("Akun baru, dengan kartu"), len(made), _("akun"), len(made)),
        (_("Peran tambahan untuk akun yang ada"), added, _("peran"), added),
        (_("Sudah ada, tidak berubah"), same, _("peran"), same),
    ]
    fresh = [each for each in wanted if each.person is None]
    return Brought(
        [Counted(*row) for row in counted if row[1]],
        [Change(f"{each.name} · {each.region and each.region.short_name}", str(Role(each.role).label), "", each.username)
         for each in fresh[:NAMED]],
        len(fresh),
    )  # fmt: skip


def _give(roles: Iterator[Assignment]) -> None:
    """What only the database knows, a role that ended among it, refuses the file."""
    try:
        with transaction.atomic():
            Assignment.objects.bulk_create(roles)
    except IntegrityError as error:
        if "assignment_roles_apart" in str(error):
            raise refused(
                _(
                    "seseorang menjadi camat atau stafnya dan penangan netralitas pada hari yang sama; pisahkan orangnya."
                )
            ) from error
        raise refused(
            _("seseorang sudah pernah memegang peran yang sama mulai tanggal yang sama; ubah kolom berlaku_dari.")
        ) from error


def _home(code: str) -> str:
    return reverse("people_import", args=[code]) if code else reverse("people_import_nation")


def _after(file: ImportFile) -> str:
    """The list with the accounts of this file, where their slips are printed."""
    address = reverse("people", args=[file.region_id]) if file.region_id else reverse("people_nation")
    return f"{address}?berkas={file.client_key}"


def _check_may(user: User, code: str) -> None:
    check_can_manage_people(user, code)


accounts = Kind(
    code="akun",
    label=gettext_lazy("Akun"),
    shape=SHAPE,
    check_may=_check_may,
    tidy=(),
    rules=(),
    bring=bring_accounts,
    home=_home,
    after=_after,
    source=gettext_lazy("Sumber: daftar pejabat dari Desk Pilkada."),
)
