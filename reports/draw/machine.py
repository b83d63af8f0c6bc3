# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine: a box a node on the left (dashed without a CPU, dotted without memory), distances on the right."""

import math
from typing import Any

import numpy
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from ..chart import Box, MachineChart
from ..style import HEAT_RANGE, LIGHT
from .axes import WIDTH
from .heat import ink_on

COLOURS = LinearSegmentedColormap.from_list("distance", HEAT_RANGE)


def draw(chart: MachineChart) -> Figure:
    n = len(chart.boxes)
    columns = max(1, min(n, 2 if n <= 4 else math.ceil(math.sqrt(n))))
    rows = math.ceil(n / columns)
    most = max(len(b.lines) for b in chart.boxes)
    body = min(4.2, max(1.9, (0.95 + 0.2 * (most - 2)) * rows))
    height = body + 1.4
    figure = Figure(figsize=(WIDTH, height))
    left = figure.add_axes((0.1 / WIDTH, 0.6 / height, 3.9 / WIDTH, body / height))
    _boxes(left, chart.boxes, columns, rows)
    if any(d is not None for row in chart.distances for d in row):
        side = min(2.9, body - 0.25)
        right = figure.add_axes((4.5 / WIDTH, 0.6 / height, side / WIDTH, side / height))
        _distances(right, chart)
    return figure


def _boxes(axes: Axes, boxes: list[Box], columns: int, rows: int) -> None:
    axes.set_xlim(0, columns)
    axes.set_ylim(rows, 0)
    axes.axis("off")
    big = columns <= 4
    for i, box in enumerate(boxes):
        x, y = i % columns, i // columns
        style = "-" if box.has_cpu and box.has_memory else "--" if box.has_memory else ":"
        axes.add_patch(
            FancyBboxPatch(
                (x + 0.09, y + 0.11),
                0.82,
                0.78,
                boxstyle="round,pad=0,rounding_size=0.06",
                facecolor=LIGHT["band"],
                edgecolor=LIGHT["s0" if box.has_cpu else "s1"],
                linestyle=style,
                linewidth=1.6,
            )
        )
        step = 0.56 / (len(box.lines) + 0.6)
        axes.text(
            x + 0.5,
            y + (0.3 if big else 0.5),
            box.name if big else box.name.split()[-1],
            ha="center",
            va="center",
            fontsize=10.5 if big else 8,
            weight="bold",
        )
        for k, line in enumerate(box.lines if big else []):
            axes.text(
                x + 0.5,
                y + 0.36 + step * (k + 0.6),
                line,
                ha="center",
                va="center",
                fontsize=9 if columns < 4 else 7.5,
                color=LIGHT["ink"],
            )


def _distances(axes: Axes, chart: MachineChart) -> None:
    n = len(chart.boxes)
    values = numpy.array([[numpy.nan if d is None else d for d in row] for row in chart.distances], float)
    names = [b.name.split()[-1] for b in chart.boxes]
    if n <= 16:
        _cells(axes, values)
    else:
        axes.imshow(values, cmap=COLOURS, interpolation="nearest", aspect="auto")
    step = max(1, n // 16)
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_xticks(range(0, n, step), names[::step], fontsize=8)
    axes.set_yticks(range(0, n, step), names[::step], fontsize=8)
    axes.tick_params(length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.set_title("distance", fontsize=9, loc="left")


def _cells(axes: Axes, values: numpy.ndarray[Any, Any]) -> None:
    low, high = numpy.nanmin(values), max(numpy.nanmax(values), numpy.nanmin(values) + 1)
    for (i, j), d in numpy.ndenumerate(values):
        if numpy.isnan(d):
            continue
        shade = 0.75 * (d - low) / (high - low)
        axes.add_patch(
            Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=COLOURS(shade), edgecolor=LIGHT["paper"], linewidth=1.5)
        )
        axes.text(
            j,
            i,
            f"{d:.0f}",
            ha="center",
            va="center",
            fontsize=9.5 if len(values) <= 8 else 6,
            color=ink_on(COLOURS(shade)),
        )
