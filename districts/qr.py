"""QR codes: for a page as a path in an SVG, for paper as an SVG document."""

from dataclasses import dataclass

import segno

#: Correction M: readable with 15 % of the code damaged (ISO/IEC 18004). Damp paper and creases are expected.
CORRECTION = "m"
#: Modules of white around the code that readers need (ISO/IEC 18004).
QUIET = 4


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code for `components/_qr.html`: modules per side with the white around, and the dark ones as path data."""

    size: int
    path: str

    @property
    def pixels(self) -> int:
        """[P] Four pixels a module, which a phone reads from a screen at arm's length."""
        return self.size * 4


def code(text: str) -> Code:
    """The code of an address."""
    rows = [list(row) for row in segno.make(text, error=CORRECTION, micro=False).matrix]
    runs = []
    for y, row in enumerate(rows, QUIET):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x] == row[start]:
                x += 1
            if row[start]:
                runs.append(f"M{start + QUIET} {y}h{x - start}v1h{start - x}z")
    return Code(len(rows) + 2 * QUIET, "".join(runs))


def svg(text: str) -> str:
    """The code as an SVG document, for a print template."""
    made = code(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {made.size} {made.size}" width="{made.pixels}"'
        f' height="{made.pixels}"><path fill="#fff" d="M0 0h{made.size}v{made.size}H0z"/>'
        f'<path fill="#000" d="{made.path}"/></svg>'
    )
