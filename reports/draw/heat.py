# SPDX-License-Identifier: GPL-2.0-or-later
"""Heat: node by node, the value in each cell and the distance under it; cells without a value are hatched."""

import numpy
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..chart import Heat
from ..style import HEAT_INKS, HEAT_RANGE, LIGHT
from ..units import short, show
from .axes import WIDTH

CELLS_MAX = 16  # nodes up to which a cell has room for its numbers
COLOURS = LinearSegmentedColormap.from_list("heat", HEAT_RANGE)


def draw(chart: Heat) -> Figure:
    n = len(chart.nodes)
    side = min(5.4, max(1.9, 0.95 * n))
    height = side + 1.75
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes((0.7 / WIDTH, 0.75 / height, side / WIDTH, side / height))
    seen = [v for row in chart.values for v in row if v is not None]
    norm = (
        LogNorm(min(seen), max(seen))
        if min(seen) > 0 and max(seen) > 20 * min(seen)
        else Normalize(min(seen), max(max(seen), min(seen) + 0.25 * abs(min(seen)), min(seen) + 1e-9))
    )
    (_cells if n <= CELLS_MAX else _image)(axes, chart, norm)
    _frame(axes, chart)
    bar = figure.add_axes(((0.7 + side + 0.3) / WIDTH, 0.75 / height, 0.16 / WIDTH, side / height))
    scale = figure.colorbar(_mappable(norm), cax=bar)
    scale.outline.set_visible(False)
    scale.ax.yaxis.set_major_formatter(lambda v, _: show(v, chart.unit))
    scale.set_label(chart.label, fontsize=8.5)
    return figure


def ink_on(colour: tuple[float, ...]) -> str:
    """The ink that stands out on a cell of that colour: by relative luminance, where both inks have equal contrast."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return HEAT_INKS[0] if 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] > 0.179 else HEAT_INKS[1]


def _mappable(norm: Normalize) -> ScalarMappable:
    return ScalarMappable(norm, COLOURS)


def _cells(axes: Axes, chart: Heat, norm: Normalize) -> None:
    size = 9.5 if len(chart.nodes) <= 8 else 6
    for i, row in enumerate(chart.values):
        for j, value in enumerate(row):
            distance = chart.distances[i][j]
            below = f"distance {distance}" if size > 6 else f"({distance})"
            if value is None:
                axes.add_patch(
                    Rectangle(
                        (j - 0.5, i - 0.5), 1, 1, facecolor="none", edgecolor=LIGHT["grid"], hatch="///", linewidth=0
                    )
                )
                axes.text(
                    j,
                    i,
                    below if distance is not None else "",
                    ha="center",
                    va="center",
                    fontsize=0.8 * size,
                    color=LIGHT["muted"],
                    bbox={"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 1},
                )
                continue
            colour = COLOURS(norm(value))
            ink = ink_on(colour)
            axes.add_patch(
                Rectangle((j - 0.5, i - 0.5), 1, 1, facecolor=colour, edgecolor=LIGHT["paper"], linewidth=1.5)
            )
            axes.text(j, i - 0.12, short(value, chart.unit), ha="center", va="center", fontsize=size, color=ink)
            if distance is not None:
                axes.text(j, i + 0.22, below, ha="center", va="center", fontsize=0.75 * size, color=ink)


def _image(axes: Axes, chart: Heat, norm: Normalize) -> None:
    values = numpy.array([[numpy.nan if v is None else v for v in row] for row in chart.values])
    axes.imshow(values, cmap=COLOURS, norm=norm, interpolation="nearest", aspect="auto")


def _frame(axes: Axes, chart: Heat) -> None:
    n = len(chart.nodes)
    step = max(1, n // 16)
    axes.set_xlim(-0.5, n - 0.5)
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_xticks(range(0, n, step), chart.nodes[::step])
    axes.set_yticks(range(0, n, step), chart.nodes[::step])
    axes.tick_params(length=0, top=True, bottom=False, labeltop=True, labelbottom=False)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("to node")
    axes.xaxis.set_label_position("top")
    axes.set_ylabel("from node")
