# SPDX-License-Identifier: GPL-2.0-or-later
"""Multiples: small curves in a grid over one common axis, named once at the top."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from ..chart import Multiples, Small
from ..style import series
from .axes import WIDTH, thin, value_axis

COLUMNS, PANEL, GAP, LEFT = 3, 1.25, 0.62, 0.6  # inches


def draw(chart: Multiples) -> Figure:
    columns = min(COLUMNS, len(chart.panels))
    rows = math.ceil(len(chart.panels) / columns)
    height = 0.95 + rows * (PANEL + GAP) + 0.35
    figure = Figure(figsize=(WIDTH, height))
    width = (WIDTH - 0.15) / columns
    for i, panel in enumerate(chart.panels):
        left, top = LEFT + (i % columns) * width, height - 0.95 - (i // columns) * (PANEL + GAP)
        axes = figure.add_axes((left / WIDTH, (top - PANEL) / height, (width - LEFT - 0.1) / WIDTH, PANEL / height))
        _panel(axes, panel, width - LEFT - 0.1)
    _legend(figure, chart, height)
    return figure


def _panel(axes: Axes, panel: Small, inches: float) -> None:
    values = [v for line in panel.lines for v in line.y]
    value_axis(axes.yaxis, min(0, *values), max(values) or 1, False, panel.unit, 3)
    for line in panel.lines:
        look = series(line.look)
        axes.plot(
            line.x,
            line.y,
            **look | {"markersize": 3, "linewidth": 1.3, "marker": look["marker"] if len(line.x) < 30 else ""}
        )
    at = [t[0] for t in panel.ticks]
    if panel.x_log:
        axes.set_xscale("log", base=2)
        axes.set_xlim(at[0] / 1.25, at[-1] * 1.25)

    def position(v: float) -> float:
        if panel.x_log:
            return math.log2(v / at[0]) / math.log2(at[-1] / at[0]) * inches
        return (v - at[0]) / (at[-1] - at[0]) * inches

    retained = thin(panel.ticks, position, 0.14 + 0.065 * max(len(t[1]) for t in panel.ticks))
    axes.xaxis.set_major_locator(FixedLocator([t[0] for t in retained]))
    axes.xaxis.set_major_formatter(FixedFormatter([t[1] for t in retained]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(labelsize=7.5)
    title = panel.title if len(panel.title) < 32 else panel.title[:30] + "…"
    axes.set_title(title, loc="left", fontsize=8, x=-0.25 / inches)


def _legend(figure: Figure, chart: Multiples, height: float) -> None:
    named = {line.name: line.look for p in chart.panels for line in p.lines if line.name}
    if len(named) > 1:
        handles = [Line2D([], [], **series(look) | {"markersize": 4, "linewidth": 1.3}) for look in named.values()]
        figure.legend(
            handles,
            list(named),
            loc="upper left",
            bbox_to_anchor=(0.01, 1 - 0.42 / height),
            ncols=min(6, len(named)),
            frameon=False,
            fontsize=8,
            handlelength=2.6,
            borderaxespad=0,
        )
