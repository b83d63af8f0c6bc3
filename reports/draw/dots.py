# SPDX-License-Identifier: GPL-2.0-or-later
"""Dots: one value a row with its interval."""

from matplotlib.figure import Figure

from ..chart import Dots
from ..style import LIGHT, SERIES
from .axes import row_labels, sheet, value_axis


def draw(chart: Dots) -> Figure:
    rows = len(chart.dots)
    left, size, names = row_labels([d.name for d in chart.dots])
    step = 0.26 if rows <= 80 else max(0.02, 20.8 / rows)
    figure, axes = sheet(1.5 + step * rows, left, 0.35, 0.65, 0.8)
    bounds = [v for d in chart.dots for v in (d.value, d.lo, d.hi) if v is not None and (v > 0 or not chart.log)]
    value_axis(axes.xaxis, min(bounds), max(bounds), chart.log, chart.unit)
    for i, d in enumerate(chart.dots):
        colour = SERIES[0]
        if d.lo is not None and d.hi is not None:
            axes.plot([d.lo, d.hi], [i, i], color=colour, linewidth=3, alpha=0.4, solid_capstyle="butt")
        axes.plot(d.value, i, "o", markerfacecolor=LIGHT["paper"] if d.hollow else colour, markeredgecolor=colour)
    axes.set_ylim(rows - 0.4, -0.6)
    shown = range(rows) if rows <= 80 else range(0, rows, rows // 40)
    axes.set_yticks(list(shown), [names[i] for i in shown], fontsize=size)
    axes.grid(axis="y", visible=rows <= 80)
    axes.set_title(chart.x_label, loc="left", fontsize=9.5)
    return figure
