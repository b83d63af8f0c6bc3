# SPDX-License-Identifier: GPL-2.0-or-later
"""What changed between two runs: a row a point, sorted by effect."""

import math
from collections import Counter
from typing import Any

from ..chart import Cell, Effect, Forest, Table, share_cell
from ..comparison import VERDICTS, Comparison, Row
from ..select import shorten
from ..units import exact, percent

ROWS_MAX, ABSENT_MAX = 32, 8
QUIET = ("pass", "small", "shown")


def forest(c: Comparison) -> Forest | None:
    """None where no point was compared."""
    rows = c.primary()
    if not rows:
        return None
    drawn = pick(rows)
    labels = shorten([r.point for r in drawn])
    effects = [
        Effect(
            name=labels[r.point],
            change=r.change,
            lo=r.lo,
            hi=r.hi,
            margin=math.expm1(r.margin) if r.margin is not None else None,
            verdict=r.verdict,
            why=r.why,
            worse=None if r.estimate is None else r.estimate > 0,
        )
        for r in drawn
    ]
    note = "what points have in common is not named; dots: change of the median, bars: exact interval, "
    note += "grey: the margin inside which a ratio is no change" + (f" ({c.margin_from})" if c.margin_from else "")
    if len(drawn) < len(rows):
        note += f"; {len(rows) - len(drawn)} quieter points are in the table only"
    return Forest(
        slug="changes",
        title=f"What changed from {side(c.a)} to {side(c.b)}?",
        answer=answer(c),
        note=note,
        unit="",
        table=table(rows),
        effects=effects,
    )


def pick(rows: list[Row]) -> list[Row]:
    """The rows worth drawing, worst first: those with a verdict that says something, then the largest changes."""
    measured = [(r.estimate, r) for r in rows if r.estimate is not None]
    absent = [r for r in rows if r.estimate is None]
    loud = sorted(measured, key=lambda m: (m[1].verdict in QUIET, -abs(m[0])))[:ROWS_MAX]
    return [r for _, r in sorted(loud, key=lambda m: -m[0])] + absent[:ABSENT_MAX]


def side(s: dict[str, Any]) -> str:
    """What a side is called: its kernel where the runs are of one machine, else its folder."""
    return str(s.get("kernel") or s.get("run") or "?")


def answer(c: Comparison) -> str:
    rows = c.primary()
    tally = Counter(r.verdict for r in rows)
    said = ", ".join(f"{tally[v]} {v}" for v in VERDICTS if tally[v])
    worst = max((r for r in rows if r.verdict == "regressed"), key=lambda r: abs(r.estimate or 0), default=None)
    best = max((r for r in rows if r.verdict == "improved"), key=lambda r: abs(r.estimate or 0), default=None)
    return (
        f"Of {len(rows)} points: {said}." + said_of("Largest regression", worst) + said_of("Largest improvement", best)
    )


def said_of(what: str, r: Row | None) -> str:
    if r is None or r.change is None:
        return ""
    interval = f" [{percent(r.lo)}, {percent(r.hi)}]" if r.lo is not None and r.hi is not None else ""
    return f" {what}: {r.point} {percent(r.change)}{interval}."


def table(rows: list[Row]) -> Table:
    return Table(
        ["point", "metric", "base", "run", "change", "interval", "verdict", "would have caught", "why"],
        [_cells(r) for r in rows],
    )


def _cells(r: Row) -> list[Cell]:
    def value(v: float | None) -> Cell:
        return Cell(exact(v, r.unit), v) if v is not None else Cell("")

    interval = (
        Cell(f"{percent(r.lo)} to {percent(r.hi)}", r.hi - r.lo) if r.lo is not None and r.hi is not None else Cell("")
    )
    catches = Cell(percent(math.expm1(r.catches)), r.catches) if r.catches is not None else Cell("")
    return [
        Cell(r.point, r.point),
        Cell(r.metric, r.metric),
        value(r.a),
        value(r.b),
        share_cell(r.change),
        interval,
        Cell(r.verdict + ("" if r.gating or r.verdict == "shown" else " (advisory)"), r.verdict),
        catches,
        Cell(r.why, r.why),
    ]
