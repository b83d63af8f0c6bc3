# SPDX-License-Identifier: GPL-2.0-or-later
"""Picks points, axes and slices out of a run, and puts them into tables."""

import re
from collections import Counter, defaultdict

from .chart import Cell, Table
from .run import Metric, Point, Run
from .units import exact

WHOLE = 2.0 ** 63       # counts from here on mean "whole"
LINE_AXES = ("page", "how", "caller")     # where two axes split a sweep equally well, lines are these


def slug(*parts: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")[:80] or "figure"


def by_benchmark(run: Run) -> dict[str, list[Point]]:
    groups: dict[str, list[Point]] = defaultdict(list)
    for p in run.points:
        groups[p.benchmark].append(p)
    return groups


def numeric(point: Point, axis: str) -> float | None:
    """The axis as a number in base units, or None where it is a word."""
    text = point.params.get(axis, "")
    try:
        return float(text)
    except ValueError:
        return WHOLE if text == "whole" else None


def slices(points: list[Point], free: tuple[str, ...]) -> list[list[Point]]:
    """Points that agree in all axes but the free ones, largest group first."""
    axes = sorted({a for p in points for a in p.axes} - set(free))
    groups: dict[tuple, list[Point]] = defaultdict(list)
    for p in points:
        groups[tuple(p.axes.get(a) for a in axes)].append(p)
    return sorted(groups.values(), key=len, reverse=True)


def split(points: list[Point], x: str) -> tuple[str, list[Point]]:
    """The line axis and the slice with most points for a curve over x; points that stand alone on their line do not count."""
    axes = sorted({a for p in points for a in p.axes if a != x}, key=lambda a: (a not in LINE_AXES, a))
    best: tuple[str, list[Point]] = ("", [])
    for line in ["", *axes]:
        for members in slices(points, (x, line)):
            on_line = Counter(p.axes.get(line) for p in members)
            members = [p for p in members if on_line[p.axes.get(line)] > 1]
            if len(members) > len(best[1]):
                best = (line, members)
    return best


def fixed(points: list[Point], free: tuple[str, ...] = ()) -> str:
    """What the points have in common, as in their keys."""
    first = points[0].axes
    return " ".join(f"{a}={v}" for a, v in first.items() if a not in free and all(p.axes.get(a) == v for p in points))


def interval(lo: float | None, hi: float | None, unit: str) -> Cell:
    """An interval's bounds, sorted by its width."""
    return Cell("") if lo is None or hi is None else Cell(f"{exact(lo, unit)} to {exact(hi, unit)}", hi - lo)


def table(points: list[Point], metric: Metric) -> Table:
    """The numbers behind a figure: axes, median, interval, samples, sessions, outcome."""
    axes = list(dict.fromkeys(a for p in points for a in p.axes))
    rows = []
    for p in points:
        s = p.value(metric.name)
        if s:
            rows.append([Cell(p.axes.get(a, ""), n if (n := numeric(p, a)) is not None else p.axes.get(a, "")) for a in axes]
                        + [Cell(exact(s.median, metric.unit), s.median), interval(s.lo, s.hi, metric.unit), Cell(str(s.n), s.n),
                           Cell(str(s.sessions), s.sessions), Cell(p.outcome, p.outcome)])
    return Table([*axes, metric.name, "interval", "n", "sessions", "outcome"], rows)


def is_log(values: list[float], factor: float) -> bool:
    return min(values) > 0 and max(values) / min(values) >= factor


def axis_label(metric: Metric) -> str:
    """What stands over the value axis: the unit, and which way is good."""
    unit = {"insns": "instructions", "ns": "time", "B/s": "rate"}.get(metric.unit, metric.unit or "value")
    return f"{unit} ({metric.better} is better)" if metric.better in ("lower", "higher") else unit
