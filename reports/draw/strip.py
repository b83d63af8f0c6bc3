# SPDX-License-Identifier: GPL-2.0-or-later
"""Strip: raw samples in run order, sessions in two alternating colours; many samples become pixels in the drawing."""

import numpy
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ..chart import Strip
from ..style import LIGHT, SERIES
from ..units import tick
from .axes import sheet

DOTS_MAX = 3000  # beyond that many the dots are drawn as pixels


def draw(chart: Strip) -> Figure:
    figure, axes = sheet(3.4, 0.85, 0.25, 0.65, 0.85)
    total = sum(len(x) for _, x, _ in chart.sessions)
    for i, (_, x, y) in enumerate(chart.sessions):
        ys = numpy.asarray(y)
        if chart.span:
            ys = numpy.clip(ys, chart.centre - chart.span, chart.centre + chart.span)
        axes.plot(
            x,
            ys,
            linestyle="",
            marker="." if total > 300 else "o",
            markersize=2.2 if total > 300 else 4,
            markeredgewidth=0,
            color=SERIES[i % 2],
            rasterized=total > DOTS_MAX,
        )
    if chart.centre:
        axes.axhline(chart.centre, color=LIGHT["muted"], linewidth=1)
    if chart.span:
        axes.set_ylim(chart.centre - 1.06 * chart.span, chart.centre + 1.06 * chart.span)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{100 * (v - 1):+.3g} %"))
    else:
        axes.set_ylim(0, 1.15 * max(max(y) for _, _, y in chart.sessions) or 1)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: tick(v, chart.unit)))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    _sessions(axes, chart)
    axes.set_title(chart.y_label, loc="left", fontsize=9.5)
    return figure


def _sessions(axes: Axes, chart: Strip) -> None:
    """A tick in the middle of each session; where there are many, some go unnamed."""
    step = max(1, len(chart.sessions) // 10)
    named = [((x[0] + x[-1]) / 2, name) for name, x, _ in chart.sessions[::step]]
    axes.set_xticks([at for at, _ in named], [n if len(named) < 6 else n.split()[-1] for _, n in named])
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="x", visible=False)
    for _, x, _ in chart.sessions[1:]:
        axes.axvline(x[0] - 0.5, color=LIGHT["grid"], linewidth=0.8)
    axes.set_xlabel("session, in the order taken")
    axes.margins(x=0.01)
