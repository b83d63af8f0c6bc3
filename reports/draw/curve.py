# SPDX-License-Identifier: GPL-2.0-or-later
"""Curve: a line for each kind, interval ribbons, names at the line ends instead of a legend."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from ..chart import Curve, Line
from ..style import LIGHT, series
from .axes import sheet, spread, thin, value_axis

HEIGHT, LEFT, TOP, BOTTOM = 4.2, 0.85, 0.65, 0.95
MANY = 60  # points on a line from which single markers only blur it


def draw(chart: Curve) -> Figure:
    longest = max((len(line.name) for line in chart.lines), default=0)
    right = min(2.2, 0.25 + 0.075 * longest) if len(chart.lines) > 1 else 0.3
    figure, axes = sheet(HEIGHT, LEFT, right, TOP, BOTTOM)
    values = [
        v
        for line in (*chart.lines, *chart.before)
        for v in (*line.y, *(x for x in (*line.lo, *line.hi) if x is not None and (x > 0 or not chart.y_log)))
    ]
    bound = [chart.bound[0]] if chart.bound else []
    value_axis(axes.yaxis, min(values + bound), max(values + bound), chart.y_log, chart.unit)
    _x_axis(axes, chart, figure.get_figwidth() - LEFT - right)
    for line in chart.before:
        axes.plot(line.x, line.y, color=series(line.look)["color"], linestyle=(0, (1, 2)), linewidth=1.6, alpha=0.7)
    for line in chart.lines:
        _line(axes, line)
    if chart.bound:
        axes.axhline(chart.bound[0], color=LIGHT["muted"], linewidth=1.2, linestyle=(0, (1, 2)))
        axes.annotate(
            chart.bound[1],
            (0, chart.bound[0]),
            xycoords=("axes fraction", "data"),
            xytext=(4, 3),
            textcoords="offset points",
            fontsize=8.5,
            color=LIGHT["muted"],
        )
    if len(chart.lines) > 1:
        _names(axes, chart)
    axes.set_title(chart.y_label, loc="left", fontsize=9.5, color=LIGHT["ink"])
    return figure


def _line(axes: Axes, line: Line) -> None:
    look = series(line.look)
    if len(line.x) > MANY:
        look["marker"] = ""
    if all(v is not None for v in (*line.lo, *line.hi)):
        axes.fill_between(line.x, line.lo, line.hi, color=look["color"], alpha=0.22, linewidth=0)
    axes.plot(line.x, line.y, **look, markeredgecolor=look["color"])
    weak = [(x, y) for x, y, hollow in zip(line.x, line.y, line.hollow) if hollow]
    if weak:
        axes.plot(
            *zip(*weak),
            linestyle="",
            marker=look["marker"] or "o",
            markerfacecolor=LIGHT["paper"],
            markeredgecolor=look["color"]
        )


def _x_axis(axes: Axes, chart: Curve, inches: float) -> None:
    at = [t[0] for t in chart.ticks]
    low, high = min(at), max(at)
    if chart.x_log:
        axes.set_xscale("log", base=2)
        axes.set_xlim(low / 1.25, high * 1.25)
    else:
        margin = 0.04 * (high - low)
        axes.set_xlim(low - margin, high + margin)

    def position(v: float) -> float:
        if chart.x_log:
            return (math.log2(v) - math.log2(low)) / max(math.log2(high / low), 1e-9) * inches
        return (v - low) / (high - low) * inches

    retained = thin(chart.ticks, position, 0.16 + 0.085 * max(len(t[1]) for t in chart.ticks))
    axes.xaxis.set_major_locator(FixedLocator([t[0] for t in retained]))
    axes.xaxis.set_major_formatter(FixedFormatter([t[1] for t in retained]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(chart.x_label)


def _names(axes: Axes, chart: Curve) -> None:
    """Names at the line ends, those at the right edge pushed apart where they would touch."""
    last = max(line.x[-1] for line in chart.lines)
    edge = [i for i, line in enumerate(chart.lines) if line.x[-1] == last]
    to_axes = axes.transData + axes.transAxes.inverted()
    wanted = [to_axes.transform((last, chart.lines[i].y[-1]))[1] for i in edge]
    for i, at, y in zip(edge, wanted, spread(wanted, 0.17 / (HEIGHT - TOP - BOTTOM), 0.0, 1.0)):
        axes.annotate(
            chart.lines[i].name,
            (1.0, at),
            xycoords="axes fraction",
            xytext=(1.03, y),
            textcoords="axes fraction",
            va="center",
            ha="left",
            arrowprops={
                "arrowstyle": "-",
                "color": series(chart.lines[i].look)["color"],
                "linewidth": 0.9,
                "shrinkA": 0,
                "shrinkB": 0,
                "relpos": (0, 0.5),
            },
        )
    for i, line in enumerate(chart.lines):
        if i not in edge:
            axes.annotate(
                line.name,
                (line.x[-1], line.y[-1]),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                ha="left",
                bbox={"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 0.8},
            )
