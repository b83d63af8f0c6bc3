# SPDX-License-Identifier: GPL-2.0-or-later
"""Split: the same rows in panels side by side, each with its own scale; what may not be quoted is hatched."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..chart import Panel, Split
from ..select import is_log
from ..style import LIGHT, SERIES
from ..units import short
from .axes import WIDTH, row_labels, value_axis


def draw(chart: Split) -> Figure:
    left, size, names = row_labels(chart.rows, 3.4)
    body = max(0.8, 0.34 * len(chart.rows))
    height = body + 1.65
    figure = Figure(figsize=(WIDTH, height))
    width = (WIDTH - left - 0.2) / len(chart.panels)
    for i, panel in enumerate(chart.panels):
        axes = figure.add_axes(((left + i * width) / WIDTH, 0.75 / height, (width - 0.25) / WIDTH, body / height))
        _panel(axes, panel, chart.rows)
        axes.set_yticks(range(len(chart.rows)), names if i == 0 else [], fontsize=size)
        axes.set_ylim(len(chart.rows) - 0.4, -0.6)
    return figure


def _panel(axes: Axes, panel: Panel, rows: list[str]) -> None:
    high = max(v for d in panel.dots for v in (d.value, d.hi or d.value))
    low = min(v for d in panel.dots for v in (d.value, d.lo if d.lo is not None else d.value))
    log = is_log([d.value for d in panel.dots], 20)
    value_axis(axes.xaxis, low / 1.5 if log else low, high * (2 if log else 1.25), log, panel.unit, 3)
    if panel.hatched:
        axes.add_patch(
            Rectangle(
                (0, 0),
                1,
                1,
                transform=axes.transAxes,
                facecolor="none",
                edgecolor=LIGHT["grid"],
                hatch="///",
                linewidth=0,
                zorder=0,
            )
        )
    for d in panel.dots:
        y = rows.index(d.name)
        colour = LIGHT["muted"] if panel.hatched else SERIES[0]
        axes.plot([axes.get_xlim()[0], d.value], [y, y], color=colour, linewidth=1, alpha=0.5)
        if d.lo is not None and d.hi is not None:
            axes.plot([d.lo, d.hi], [y, y], color=colour, linewidth=5, alpha=0.35, solid_capstyle="butt")
        axes.plot(d.value, y, "o", color=colour, markerfacecolor=LIGHT["paper"] if panel.hatched else colour)
        axes.annotate(
            short(d.value, panel.unit),
            (d.value, y),
            xytext=(0, 5),
            textcoords="offset points",
            fontsize=8,
            ha="center",
            va="bottom",
        )
    axes.set_title(panel.title, loc="left", fontsize=10)
