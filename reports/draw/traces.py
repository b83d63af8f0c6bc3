# SPDX-License-Identifier: GPL-2.0-or-later
"""Traces: every repetition as a thin line, all of one kind in its colour, named at the right."""

import statistics

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

from ..chart import Traces
from ..style import series
from ..units import tick
from .axes import sheet, spread, value_axis

HEIGHT, TOP, BOTTOM = 4.0, 0.65, 0.95


def draw(chart: Traces) -> Figure:
    right = min(2.2, 0.25 + 0.075 * max(len(t.name) for t in chart.traces)) + 0.1
    figure, axes = sheet(HEIGHT, 0.85, right, TOP, BOTTOM)
    ys = [v for t in chart.traces for _, y in t.curves for v in y]
    xs = [v for t in chart.traces for x, _ in t.curves for v in x]
    value_axis(
        axes.yaxis, min(ys), 1 / 1.1 if chart.y_unit == "share" and max(ys) <= 1 else max(ys), False, chart.y_unit
    )
    _x_axis(axes, chart, min(0, *xs), min(max(xs), 1.15 * chart.x_end or max(xs)) or 1)
    for t in chart.traces:
        look = series(t.look)
        for x, y in t.curves:
            axes.plot(
                x,
                y,
                color=look["color"],
                linestyle=look["linestyle"],
                linewidth=1.2,
                alpha=max(0.35, 1 / len(t.curves) ** 0.5),
                marker=look["marker"] if len(x) < 25 else "",
                markersize=3,
            )
    axes.set_title(chart.y_label, loc="left", fontsize=9.5)
    _names(axes, chart)
    return figure


def _x_axis(axes: Axes, chart: Traces, low: float, high: float) -> None:
    if chart.x_log:
        axes.set_xscale("symlog", linthresh=1)
        axes.xaxis.set_minor_locator(NullLocator())
    else:
        axes.xaxis.set_major_locator(MaxNLocator(7, integer=True))
    axes.set_xlim(low, high)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: "" if chart.timeless else tick(v, "")))
    axes.set_xlabel(chart.x_label + (" →" if chart.timeless else ""))


def _names(axes: Axes, chart: Traces) -> None:
    ends = [(t, statistics.median(y[-1] for _, y in t.curves)) for t in chart.traces if t.name]
    low, high = axes.get_ylim()
    wanted = [(y - low) / (high - low) for _, y in ends]
    for (t, _), at, y in zip(ends, wanted, spread(wanted, 0.17 / (HEIGHT - TOP - BOTTOM), 0.0, 1.0)):
        axes.annotate(
            t.name,
            (1.0, at),
            xycoords="axes fraction",
            xytext=(1.03, y),
            textcoords="axes fraction",
            va="center",
            ha="left",
            arrowprops={
                "arrowstyle": "-",
                "color": series(t.look)["color"],
                "linewidth": 1.2,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )
