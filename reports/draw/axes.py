# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts that several kinds of figure share: a sheet with margins in inches, value axes with readable ticks, labels."""

import math
from typing import Callable

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter, NullLocator

from ..units import tick

WIDTH = 7.6


def sheet(height: float, left: float, right: float, top: float = 0.65, bottom: float = 0.85) -> tuple[Figure, Axes]:
    """A figure of the common width with one set of axes; all in inches."""
    figure = Figure(figsize=(WIDTH, height))
    axes = figure.add_axes(
        (left / WIDTH, bottom / height, (WIDTH - left - right) / WIDTH, (height - top - bottom) / height)
    )
    return figure, axes


def row_labels(names: list[str], most: float = 4.3) -> tuple[float, float, list[str]]:
    """Inches left of the axes, type size and texts for rows with these names; what is too long loses its middle."""
    longest = max(len(n) for n in names)
    size = 9.0 if longest <= 36 else 7.5
    room = int((most - 0.35) / (0.0084 * size))
    texts = [n if len(n) <= room else n[: room // 2 - 1] + "…" + n[-(room - room // 2) :] for n in names]
    return min(most, 0.35 + 0.0084 * size * longest), size, texts


def steps(low: float, high: float) -> list[float]:
    """1-2-5 steps (fewer on a long scale) that span low to high."""
    decades = math.log10(high / low)
    multiples = (1, 2, 5) if decades < 2.5 else (1, 3) if decades < 4 else (1,)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    return [m * 10.0**e for e in range(first, last + 1) for m in multiples]


def value_axis(axis: Axis, low: float, high: float, log: bool, unit: str, steps_max: int = 6) -> None:
    """Scale, limits and ticks of the axis that carries the values: from zero, or logarithmic."""
    which = axis.axis_name
    axes = axis.axes
    limits = axes.set_ylim if which == "y" else axes.set_xlim
    if log:
        (axes.set_yscale if which == "y" else axes.set_xscale)("log")
        limits(low / 1.35, high * 1.35)
        axis.set_major_locator(FixedLocator(steps(low / 1.35, high * 1.35)))
        axis.set_minor_locator(NullLocator())
    else:
        limits(min(0, low * 1.1), high * 1.1 if high > 0 else 1)
        axis.set_major_locator(MaxNLocator(steps_max))
    axis.set_major_formatter(FuncFormatter(lambda v, _: tick(v, unit)))
    axis.set_minor_formatter(NullFormatter())


def spread(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions as near to the wanted ones as can be with at least a gap between neighbours: neighbours that are too
    close form a block that sits about its middle."""
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    blocks: list[tuple[float, int]] = []  # where its first member would stand, members
    for i in order:
        start, size = wanted[i], 1
        while blocks and blocks[-1][0] + blocks[-1][1] * gap > start:
            before, members = blocks.pop()
            start = (before * members + (start - members * gap) * size) / (members + size)
            size += members
        blocks.append((min(max(start, low), high - (size - 1) * gap), size))
    places = [start + k * gap for start, size in blocks for k in range(size)]
    return [place for _, place in sorted(zip(order, places))]


def thin(ticks: list[tuple[float, str]], position: Callable[[float], float], room: float) -> list[tuple[float, str]]:
    """Those ticks that stand at least `room` apart (position maps a value to inches); first and last always stay."""
    retained: list[tuple[float, str]] = []
    for tick_ in ticks:
        if not retained or position(tick_[0]) - position(retained[-1][0]) >= room:
            retained.append(tick_)
    while len(retained) > 1 and position(ticks[-1][0]) - position(retained[-1][0]) < room:
        retained.pop()
    return retained if retained[-1] == ticks[-1] else [*retained, ticks[-1]]
