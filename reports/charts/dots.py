# SPDX-License-Identifier: GPL-2.0-or-later
"""One value a point, for benchmarks whose axes are no numbers."""

from ..chart import Dot, Dots
from ..run import Metric, Point
from ..select import axis_label, fixed, is_log, phrase, slug, table
from ..units import show

DOTS_MAX = 60


def dots(points: list[Point], metric: Metric) -> Dots:
    common = fixed(points)
    rows = [
        Dot(name(p, common), s.median, s.lo, s.hi, p.outcome == "unstable")
        for p in points
        if (s := p.value(metric.name))
    ]
    low, high = (f(rows, key=lambda d: d.value) for f in (min, max))
    answer = f"{show(low.value, metric.unit)}" + (
        f" ({low.name}) to {show(high.value, metric.unit)} ({high.name})." if high is not low else "."
    )
    note = common + (f"; the first {DOTS_MAX} of {len(rows)}, the table holds all" if len(rows) > DOTS_MAX else "")
    return Dots(
        slug=slug(points[0].benchmark, metric.name),
        title=f"{points[0].benchmark}: {phrase(metric)}",
        answer=answer,
        note=note,
        unit=metric.unit,
        table=table(points, metric),
        x_label=axis_label(metric),
        log=metric.unit != "share" and is_log([d.value for d in rows], 50),
        dots=rows[:DOTS_MAX],
    )


def name(p: Point, common: str) -> str:
    """What distinguishes the point from the others."""
    shared = common.split(" ")
    return " ".join(f"{a}={v}" for a, v in p.axes.items() if f"{a}={v}" not in shared) or p.benchmark
