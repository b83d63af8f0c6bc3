# SPDX-License-Identifier: GPL-2.0-or-later
"""Which figures a run gets. They follow from axes and metric classes; no benchmark is known by name, but the floor.

A numeric axis with three values or more gives a curve, with a line for each value of the axis that splits the points
best. Everything else is held fixed: of all slices the one with most points is drawn, and its note says what was fixed.
"""

import re
from collections import Counter, defaultdict

from .chart import Cell, Chart, Curve, Dot, Dots, Line, Table
from .run import Metric, Point, Run
from .units import digits, exact, show

LINE_AXES = ("page", "how", "caller")     # where two axes split a sweep equally well, lines are these


def slug(*parts: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", "-".join(parts).lower()).strip("-")[:80] or "figure"


def quoted(points: list[Point]) -> list[Point]:
    return [p for p in points if p.quoted]


def by_benchmark(run: Run) -> dict[str, list[Point]]:
    groups: dict[str, list[Point]] = defaultdict(list)
    for p in run.points:
        groups[p.benchmark].append(p)
    return groups


def numeric(point: Point, axis: str) -> float | None:
    """The axis as a number in base units, or None where it is a word."""
    try:
        return float(point.params.get(axis, ""))
    except ValueError:
        return None


def metric_label(metric: Metric) -> str:
    """What stands over the value axis: the unit, and which way is good."""
    unit = {"insns": "instructions", "ns": "time", "B/s": "rate"}.get(metric.unit, metric.unit or "value")
    return f"{unit} ({metric.better} is better)" if metric.better in ("lower", "higher") else unit


def split(points: list[Point], x: str) -> tuple[str, list[Point]]:
    """The line axis and the slice with most points for a curve over x; points that stand alone on their line do not count."""
    axes = sorted({a for p in points for a in p.axes if a != x}, key=lambda a: (a not in LINE_AXES, a))
    best: tuple[str, list[Point]] = ("", [])
    for line in ["", *axes]:
        slices: dict[tuple, list[Point]] = defaultdict(list)
        for p in points:
            slices[tuple((a, p.axes.get(a)) for a in axes if a != line)].append(p)
        for members in slices.values():
            on_line = Counter(p.axes.get(line) for p in members)
            members = [p for p in members if on_line[p.axes.get(line)] > 1]
            if len(members) > len(best[1]):
                best = (line, members)
    return best


def lines(points: list[Point], x: str, line_axis: str) -> list[Line]:
    groups: dict[str, list[Point]] = defaultdict(list)
    for p in points:
        groups[p.axes.get(line_axis, "")].append(p)
    out = []
    for name, members in groups.items():
        members.sort(key=lambda p: numeric(p, x) or 0)
        rows = [(numeric(p, x), p.quoted, p.outcome == "unstable") for p in members]
        out.append(Line(name, [r[0] for r in rows], [r[1].median for r in rows], [r[1].lo for r in rows],
                        [r[1].hi for r in rows], [r[2] for r in rows]))
    return sorted(out, key=lambda l: -l.y[0])


def is_log(values: list[float], factor: float) -> bool:
    return min(values) > 0 and max(values) / min(values) >= factor


def fixed(points: list[Point], free: tuple[str, ...]) -> str:
    """What the points have in common, as in their keys."""
    first = points[0].axes
    return " ".join(f"{a}={v}" for a, v in first.items() if a not in free and all(p.axes.get(a) == v for p in points))


def interval(lo: float | None, hi: float | None, unit: str) -> Cell:
    """An interval's bounds, sorted by its width."""
    return Cell("", "") if lo is None or hi is None else Cell(f"{exact(lo, unit)} to {exact(hi, unit)}", hi - lo)


def point_table(points: list[Point], metric: Metric) -> Table:
    axes = list(dict.fromkeys(a for p in points for a in p.axes))
    rows = []
    for p in points:
        s = p.quoted
        rows.append([Cell(p.axes.get(a, ""), n if (n := numeric(p, a)) is not None else p.axes.get(a, "")) for a in axes]
                    + [Cell(exact(s.median, metric.unit), s.median), interval(s.lo, s.hi, metric.unit), Cell(str(s.n), s.n), Cell(p.outcome, p.outcome)])
    return Table([*axes, "median", "interval", "n", "outcome"], rows)


def curve_answer(chart: Curve, x: str, line_axis: str) -> str:
    said = []
    for line in chart.lines[:3]:
        lo, hi = (f(range(len(line.y)), key=line.y.__getitem__) for f in (min, max))
        text = dict(chart.ticks)
        who = f"{line_axis} {line.name}: " if line.name and len(chart.lines) > 1 else ""
        if line.y[hi] < 1.05 * line.y[lo]:
            said.append(f"{who}{show(line.y[lo], chart.unit)} at every {x}")
        else:
            times = f", {digits(line.y[hi] / line.y[lo])} times as much" if line.y[lo] > 0 else ""
            said.append(f"{who}{show(line.y[lo], chart.unit)} at {x} {text[line.x[lo]]}, {show(line.y[hi], chart.unit)}{times} at {x} {text[line.x[hi]]}")
    return "; ".join(said) + "."


def curve(run: Run, points: list[Point], x: str) -> Curve | None:
    usable = [p for p in points if numeric(p, x) is not None]
    line_axis, chosen = split(usable, x)
    drawn = lines(chosen, x, line_axis)
    if not any(len(l.x) > 2 for l in drawn):
        return None
    metric = run.metrics[chosen[0].primary]
    ticks = sorted({numeric(p, x): p.axes.get(x, "") for p in chosen}.items())
    chart = Curve(slug(chosen[0].benchmark, metric.name, "by", x), f"{chosen[0].benchmark}: {metric.meaning or metric.name} against {x}",
                  "", fixed(chosen, (x, line_axis)), metric.unit, point_table(chosen, metric), x, metric_label(metric), ticks,
                  is_log([t[0] for t in ticks], 16), is_log([v for l in drawn for v in l.y], 20), drawn)
    chart.answer = curve_answer(chart, x, line_axis)
    return chart


def dots(run: Run, points: list[Point]) -> Dots:
    metric = run.metrics[points[0].primary]
    common = fixed(points, ())
    names = [" ".join(f"{a}={v}" for a, v in p.axes.items() if f"{a}={v}" not in common.split(" ")) or p.benchmark for p in points]
    rows = [Dot(n, p.quoted.median, p.quoted.lo, p.quoted.hi, p.outcome == "unstable") for n, p in zip(names, points)]
    low, high = (f(rows, key=lambda d: d.value) for f in (min, max))
    answer = f"{show(low.value, metric.unit)} ({low.name})" + (f" to {show(high.value, metric.unit)} ({high.name})." if high is not low else ".")
    return Dots(slug(points[0].benchmark, metric.name), f"{points[0].benchmark}: {metric.meaning or metric.name}", answer, common, metric.unit,
                point_table(points, metric), metric_label(metric), is_log([d.value for d in rows], 50), rows)


def of_benchmark(run: Run, points: list[Point]) -> list[Chart]:
    """The charts of one benchmark's points, the one with most points first."""
    same: dict[str, list[Point]] = defaultdict(list)
    for p in quoted(points):
        same[p.primary].append(p)
    charts: list[Chart] = []
    for members in same.values():
        axes = Counter(a for a in dict.fromkeys(a for p in members for a in p.params)
                       if a not in ("from", "to") and len({numeric(p, a) for p in members} - {None}) > 2)
        found = [c for a in axes if (c := curve(run, members, a))]
        charts += sorted(found, key=lambda c: -sum(len(l.x) for l in c.lines)) or [dots(run, members)]
    return charts


def floor_sentence(run: Run) -> str:
    """What the harness itself costs: the benchmark null."""
    for p in run.points:
        if p.benchmark == "null" and p.quoted:
            unit = run.metrics[p.primary].unit
            return f"The harness itself costs {show(p.quoted.median, unit)} a repetition (benchmark null)."
    return "This run did not measure the harness's own floor (benchmark null)."
