"""Results: what was measured, what was aimed at, and under which conditions."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path

FILE = Path(__file__).resolve().parent / "results.json"


def conditions() -> str:
    """The machine in a few words."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, load {load:.1f}"


@dataclass(slots=True)
class Results:
    """Collects `{name, value, unit, aim, met, conditions}`; an aim is an upper bound."""

    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, name: str, value: float, unit: str, aim: float, *, note: str = "") -> None:
        self.rows.append(
            asdict(
                Result(name, round(value, 4), unit, aim, value <= aim, "; ".join(filter(None, [note, conditions()])))
            )
        )
        print(
            f"  {name:<58} {value:>12,.2f} {unit:<12} aim {aim:>10,.2f}  {'met' if value <= aim else 'NOT MET'}",
            flush=True,
        )

    def write(self) -> None:
        FILE.write_text(json.dumps(self.rows, indent=1, ensure_ascii=False) + "\n")

    def table(self) -> str:
        """The results as text, one line each."""
        lines = [f"{'name':<58} {'value':>12} {'unit':<12} {'aim':>10}  met"]
        for row in self.rows:
            met = "yes" if row["met"] else "NO"
            lines.append(f"{row['name']:<58} {row['value']:>12,} {row['unit']:<12} {row['aim']:>10,}  {met}")
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Result:
    name: str
    value: float
    unit: str
    aim: float
    met: bool
    conditions: str
