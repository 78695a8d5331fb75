"""What the pages of a region have in common when they are read as of a past day."""

from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import redirect, render

from districts.boards import as_of
from districts.frame import Opened, Place, open_page
from districts.requests import Request

#: Draws a page whose place is as of a day.
Draw = Callable[[Request, Opened], HttpResponse]


def past(request: Request, place: Place, draw: Draw) -> HttpResponse:
    """The page of `place` on the day asked for; now's own page for today; 404 with a sentence where there is no such day."""
    try:
        asked = as_of.asked_place(request, place)
        if asked.as_of is None:
            return redirect(place.href)
        page = open_page(request, asked)
        as_of.check_season(page)
    except as_of.NoSuchDay as refused:
        context = open_page(request, place).context | {"refusal": str(refused), "as_of_now": place.href}
        return render(request, "districts/no_such_day.html", context, status=404)
    return draw(request, page)


def not_kept(request: Request, page: Opened) -> HttpResponse:
    """The page of a day of which nothing was kept: grey, and never the figures of another day."""
    return render(request, "districts/not_kept.html", page.context | as_of.bar(page, None))
