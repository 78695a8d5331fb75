"""How near the last day of a term is, as icon, word and colour. Pure presentation."""

from datetime import date

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, ngettext

from districts.templatetags.siap import decoration
from neutrality.clocks import nearness

register = template.Library()

#: Nearness of `neutrality.clocks.nearness`: level, icon, words.
NEAR = {
    "lewat": ("red", "red", gettext_lazy("lewat")),
    "hari_ini": ("amber", "not_due", gettext_lazy("hari ini")),
    "segera": ("amber", "amber", gettext_lazy("segera")),
    "nanti": ("not_due", "not_due", gettext_lazy("nanti")),
}


@register.simple_tag
def term(due_on: date | None, today: date) -> SafeString:
    """ "lewat 2 hari", "hari ini", "segera, 1 hari lagi", "nanti, 5 hari lagi"; a word where no term runs."""
    near = nearness(due_on, today)
    if due_on is None or near not in NEAR:
        return SafeString(f'<span class="muted">{escape(gettext("tidak ada batas berjalan"))}</span>')
    level, name, word = NEAR[near]
    left = (due_on - today).days
    told = str(word)
    if left < 0:
        told = f"{word} {ngettext('%(days)d hari', '%(days)d hari', -left) % {'days': -left}}"
    elif left > 0:
        told = f"{word}, {ngettext('%(days)d hari lagi', '%(days)d hari lagi', left) % {'days': left}}"
    return mark_safe(  # words are our own, escaped
        f'<span class="badge lv-{level}">{decoration(name)}<span>{escape(told)}</span></span>'
    )
