# SPDX-License-Identifier: GPL-2.0-or-later
"""Picks points, axes and slices out of a run, and puts them into tables."""

import math
import re
import statistics
from collections import Counter, defaultdict

from .chart import Cell, Table
from .run import Metric, Point, Run
from .units import exact

WHOLE = 2.0**63  # counts from here on mean "whole"
PER_UNIT = ("page_", "path_", "call_", "rate_")
QUESTIONS = {
    "page": "cost of moving a page",
    "path": "the kernel's path for a folio moved",
    "call": "cost of a system call",
    "wall": "cost of one run",
    "rate_bps": "rate",
}
LINE_AXES = ("page", "how", "caller")  # where two axes split a sweep equally well, lines are these


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
    groups: dict[tuple[str | None, ...], list[Point]] = defaultdict(list)
    for p in points:
        groups[tuple(p.axes.get(a) for a in axes)].append(p)
    return sorted(groups.values(), key=len, reverse=True)


def split(points: list[Point], x: str, metric: Metric) -> tuple[str, list[Point]]:
    """The line axis and the slice with most points for a curve over x; single points come along uncounted.

    What is counted per page or call may come from regions of several sizes, for sweeps keep regions as small as they
    can be: of several sizes at one place the largest is taken.
    """
    axes = sorted({a for p in points for a in p.axes if a != x}, key=lambda a: (a not in LINE_AXES, a))
    loose = ("size",) if x != "size" and metric.name.startswith(PER_UNIT) else ()
    best: tuple[str, list[Point]] = ("", [])
    score = 0, 0
    for line in ["", *axes]:
        if line in loose:
            continue
        for members in slices(points, (x, line, *loose)):
            members = largest(members, x, line) if loose else members
            on_line = Counter(p.axes.get(line) for p in members)
            if all(numeric(p, line) is not None for p in members):  # neighbours on a scale: a lone one says little
                members = [p for p in members if on_line[p.axes.get(line)] > 1]
            here = sum(n for n in on_line.values() if n > 1), len(members)
            if here > score:
                best, score = (line, members), here
    return best


def largest(points: list[Point], x: str, line: str) -> list[Point]:
    """For each place on each line the point with the largest region."""
    found: dict[tuple[str | None, str | None], Point] = {}
    for p in points:
        at = (p.axes.get(x), p.axes.get(line))
        if at not in found or (numeric(p, "size") or 0) > (numeric(found[at], "size") or 0):
            found[at] = p
    return list(found.values())


def phrase(metric: Metric) -> str:
    """The question that a metric answers; of a benchmark's own metric its name and meaning."""
    known = QUESTIONS.get(metric.name.rsplit("_", 1)[0]) or QUESTIONS.get(metric.name)
    if known:
        return known
    name, meaning = re.sub(r"_(ns|insns)$", "", metric.name).replace("_", " "), metric.meaning.removeprefix("of wall, ")
    if not meaning or name.lower() in meaning.lower() or name.endswith(" share") and meaning.startswith("share of "):
        return meaning or name
    return f"{name}{' ' if meaning.startswith('of ') else ', '}{meaning}"


def line_name(axis: str, value: str) -> str:
    """What a line is called: the bare value where its axis goes without saying."""
    return value if axis in LINE_AXES or not axis else f"{axis} {value}"


def spans(points: list[Point], axis: str) -> str:
    """The values that an axis took, when it took several: "size=1m..16m"."""
    values = sorted({(numeric(p, axis) or 0, p.axes.get(axis, "")) for p in points})
    return f"{axis}={values[0][1]}..{values[-1][1]}" if len(values) > 1 else ""


def fixed(points: list[Point], free: tuple[str, ...] = ()) -> str:
    """What the points have in common, as in their keys."""
    first = points[0].axes
    return " ".join(f"{a}={v}" for a, v in first.items() if a not in free and all(p.axes.get(a) == v for p in points))


def shorten(keys: list[str]) -> dict[str, str]:
    """Keys as labels. An axis that is alike for all points of a benchmark goes; then, while every label stays its own,
    so does an axis where it has its most usual value."""
    words = {k: k.split(" ") for k in keys}
    groups: dict[str, list[str]] = defaultdict(list)
    for k, w in words.items():
        groups[w[0]].append(k)
    labels: dict[str, str] = {}
    for name, members in groups.items():
        tally = Counter(word for k in members for word in words[k][1:])
        common = {word for word, n in tally.items() if n == len(members) and len(members) > 1}
        retained = {k: [word for word in words[k][1:] if word not in common] for k in members}
        for word, _ in tally.most_common():
            trial = {k: [w for w in retained[k] if w != word] for k in members}
            rivals = [n for w, n in tally.items() if w.split("=")[0] == word.split("=")[0] and w != word]
            if tally[word] > 2 * sum(rivals) and len({tuple(t) for t in trial.values()}) == len(members):
                retained = trial
        labels |= {k: " ".join([name, *retained[k]]) for k in members}
    return labels


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
            rows.append(
                [_axis_cell(p, a) for a in axes]
                + [
                    Cell(exact(s.median, metric.unit), s.median),
                    interval(s.lo, s.hi, metric.unit),
                    Cell(str(s.n), s.n),
                    Cell(str(s.sessions), s.sessions),
                    Cell(p.outcome_text, p.outcome),
                ]
            )
    return Table([*axes, metric.name, "interval", "n", "sessions", "outcome"], rows)


def _axis_cell(p: Point, axis: str) -> Cell:
    number, text = numeric(p, axis), p.axes.get(axis, "")
    return Cell(text, text if number is None else number)


def is_log(values: list[float], factor: float) -> bool:
    return min(values) > 0 and max(values) / min(values) >= factor


def is_geometric(values: list[float]) -> bool:
    """Do they span much, and do they stand more evenly by their ratios than by their differences?"""
    return is_log(values, 16) and _unevenness([math.log(v) for v in values]) < _unevenness(values)


def _unevenness(ordered: list[float]) -> float:
    gaps = [b - a for a, b in zip(ordered, ordered[1:])]
    return statistics.pstdev(gaps) / statistics.fmean(gaps)


def axis_label(metric: Metric) -> str:
    """What stands over the value axis: the unit, and which way is good."""
    unit = {"ns": "time", "B/s": "rate"}.get(metric.unit, metric.unit or "value")
    return f"{unit} ({metric.better} is better)" if metric.better in ("lower", "higher") else unit
