"""What was changed of a case, for the handlers of its regency; of what is sealed only that it changed."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.audit.words import tell
from districts.frame import open_page, place_of
from districts.requests import Request
from neutrality.models import CaseEntry
from neutrality.secrecy import case_or_404, for_handlers

#: The newest of a case; a case has some dozens in all. [P]
LIMIT = 300


@for_handlers
@require_safe
def case_history(request: Request, number: str) -> HttpResponse:
    found = case_or_404(request, number)
    opened = open_page(request, place_of(found.regency))
    entries = CaseEntry.objects.filter(subject_id=found.pk).order_by("-pk")[:LIMIT]
    context = opened.context | {"case": found, "rows": tell(entries, found.regency.time_zone)}
    return render(request, "neutrality/case_history.html", context)
