# SPDX-License-Identifier: GPL-2.0-or-later
"""Which charts a run gets. They follow from axes and metric classes: no benchmark has to be named here to be drawn."""

from collections import defaultdict

from ..chart import Chart, Curve, Heat
from ..machine import Machine
from ..run import Metric, Point, Run
from .counters import counters
from .curve import curve, sweeps
from .dots import dots
from .heat import heat
from .traces import traces


def of_benchmark(run: Run, machine: Machine | None, points: list[Point], base: Run | None = None) -> list[Chart]:
    """The charts of one benchmark's points: of its primary metrics, its rates, its series, its counters."""
    groups: dict[str, list[Point]] = defaultdict(list)
    for p in points:
        for name in dict.fromkeys([p.primary, "rate_bps"]):
            if p.value(name):
                groups[name].append(p)
    found = [c for name, members in groups.items() for c in of_metric(run, machine, members, name, base)]
    counted = counters(run, points)
    return [*found, *traces(run, points), *([counted] if counted else [])]


def of_metric(
    run: Run, machine: Machine | None, points: list[Point], name: str, base: Run | None = None
) -> list[Chart]:
    metric = run.metrics[name]
    curves = [c for a in sweeps(points) if (c := curve(run, points, a, metric, base))]
    curves.sort(key=lambda c: -sum(len(line.x) for line in c.lines))
    charts: list[Chart] = [*curves]
    if map_ := heat(points, metric, machine):
        charts.append(map_)
    charts = preferred(charts, points, metric)
    return charts or ([] if name == "rate_bps" and points[0].primary != name else [dots(points, metric)])


def preferred(found: list[Chart], points: list[Point], metric: Metric) -> list[Chart]:
    """What the benchmark's struct asks for (`figure`): "curve:AXIS" or "heat" comes first, "dots" stands alone."""
    kind, _, axis = next((p.figure for p in points if p.figure), "").partition(":")
    if kind == "dots":
        return [dots(points, metric)]

    def wanted(c: Chart) -> bool:
        if kind == "curve":
            return isinstance(c, Curve) and axis in ("", c.x_label)
        return kind != "heat" or isinstance(c, Heat)

    return sorted(found, key=lambda c: not wanted(c))
