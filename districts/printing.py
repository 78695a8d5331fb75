"""Documents for paper as PDF, set by typst from a template and data.

Data reaches the template as JSON and is shown as text, never as markup. Templates see only the folder of templates.
Indonesian needs no font beyond those typst carries: "Libertinus Serif".
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from districts import typesetting
from districts.templatetags.siap import moment

TEMPLATES = Path(settings.BASE_DIR) / "templates"
#: [P] Longer than any reader waits; eleven pages take a fifth of a second, eighty two seconds.
SECONDS = 40
#: No way out to a package registry, should a template ever ask for one; a bound on memory counts threads' stacks.
ENVIRONMENT = {
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "RAYON_NUM_THREADS": "2",
    "MALLOC_ARENA_MAX": "2",
}
log = logging.getLogger(__name__)


class PrintFailed(Exception):
    """No document was made. `str()` is a sentence for people, `detail` what typst said."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(_("Dokumen tidak dapat dibuat. Datanya tidak berubah; beri tahu administrator."))


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The document of `template`, a path below `templates/` as `logistics/print/manifest.typ`.

    `data` is what JSON can say; numbers and times come as the text people read. Raises PrintFailed.
    """
    path = (TEMPLATES / template).resolve()
    if not path.is_relative_to(TEMPLATES) or path.suffix != ".typ":
        raise PrintFailed(f"{template} is no print template")
    asked = {"template": str(path), "root": str(TEMPLATES), "data": json.dumps(data, cls=DjangoJSONEncoder)}
    argv = [sys.executable, "-I", typesetting.__file__]
    try:
        done = subprocess.run(
            argv,
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            env=os.environ | ENVIRONMENT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PrintFailed(f"{template} took more than {SECONDS} s") from error
    if done.returncode:
        detail = done.stderr.decode("utf-8", "replace")
        log.error("%s could not be printed: %s", template, detail)
        raise PrintFailed(detail)
    return done.stdout


def printed(template: str, data: Mapping[str, Any], file_name: str) -> HttpResponse:
    """`pdf` as a response that the browser opens; `file_name` from `exporting.file_name`."""
    response = HttpResponse(pdf(template, data), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file_name}"'
    return response


def letter(
    *,
    title: str,
    place: str,
    source: str,
    read_at: datetime,
    zone: str,
    number: str = "",
    election: str = "",
    is_simulation: bool = False,
) -> dict[str, Any]:
    """What `letter` of print/base.typ shows: head and foot of every page. `source` is who gave the figures."""
    return {
        "title": title,
        "number": number,
        "place": place,
        "election": election,
        "is_simulation": is_simulation,
        "simulation": _("SIMULASI. Data latihan, bukan data KPU."),
        "owner": _("SIAP Pilkada"),
        "source": _("Sumber: %(source)s") % {"source": source},
        "read_at": _("Dibaca dari SIAP %(moment)s") % {"moment": moment(read_at, zone)},
        "page": _("Halaman"),
        "of": _("dari"),
        "lang": (get_language() or settings.LANGUAGE_CODE)[:2],
    }
