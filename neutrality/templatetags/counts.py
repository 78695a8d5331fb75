"""A bar per row of a table of counts, drawn here. Pure presentation."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def count_bar(count: int | None, most: int) -> SafeString:
    """How long `count` is beside the longest row; nothing for one that is hidden. The number stands beside it as text."""
    if count is None or not most:
        return SafeString("")
    width = f"{count * 100 / most:.2f}%"
    return mark_safe(  # numbers of our own
        f'<svg class="bar" aria-hidden="true" focusable="false"><g class="step-5"><rect width="{width}" height="100%"/></g></svg>'
    )
