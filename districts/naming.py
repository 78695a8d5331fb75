"""Names that are rows, in the language of the page.

Indicators, items, forms of violation and the like come from CSV files in Indonesian and stay so in their tables; the
catalogue has their English (`pilkada.catalogue.NAMES`). They are put into the reader's language where they are shown.
"""

from django.utils.translation import gettext


def shown(name: str) -> str:
    """A row's name or unit for the reader; one nobody translated (an agency an administrator added) is itself."""
    return gettext(name) if name else name
