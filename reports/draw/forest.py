# SPDX-License-Identifier: GPL-2.0-or-later
"""Forest: a change a row on a logarithmic scale in per cent; open verdicts hollow, what was not measured hatched."""

import math

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, FuncFormatter

from ..chart import Effect, Forest
from ..style import LIGHT
from ..units import digits, percent
from .axes import WIDTH, row_labels, sheet

SHARES = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 3, 9, 31)  # of which ticks are made
RIGHT = 1.35  # inches for the number and the verdict
FILLED = ("regressed", "improved")


def draw(chart: Forest) -> Figure:
    rows = len(chart.effects)
    left, size, names = row_labels([e.name for e in chart.effects], 4.0)
    figure, axes = sheet(1.55 + 0.24 * rows, left, RIGHT, 0.65, 0.75)
    reach = max(
        0.002,
        *(
            abs(math.log1p(v))
            for e in chart.effects
            for v in (e.change, e.lo, e.hi, e.margin)
            if v is not None and v > -1
        ),
    )
    axes.set_xlim(-1.1 * reach, 1.1 * reach)
    axes.set_ylim(rows - 0.4, -0.6)
    for i, e in enumerate(chart.effects):
        _row(axes, e, i)
    axes.axvline(0, color=LIGHT["muted"], linewidth=1)
    _ticks(axes, reach)
    axes.set_yticks(range(rows), names, fontsize=min(size, 8.0))
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_title("change of the median", loc="left", fontsize=9.5)
    return figure


def _row(axes: Axes, e: Effect, i: int) -> None:
    if e.margin is not None and e.change is not None:
        reach = math.log1p(e.margin)
        axes.add_patch(Rectangle((-reach, i - 0.42), 2 * reach, 0.84, facecolor=LIGHT["grid"], linewidth=0, zorder=0.5))
    if e.change is None or e.change <= -1:
        return _absent(axes, e, i)
    colour = LIGHT["muted"] if e.verdict not in FILLED else LIGHT["bad" if e.worse else "good"]
    if e.lo is not None and e.hi is not None and e.lo > -1:
        axes.plot([math.log1p(e.lo), math.log1p(e.hi)], [i, i], color=colour, linewidth=2.2, solid_capstyle="butt")
    hollow = e.verdict in ("inconclusive", "unstable", "flagged")
    axes.plot(
        math.log1p(e.change),
        i,
        marker={"regressed": "^", "improved": "v"}.get(e.verdict, "o"),
        markersize=6,
        color=colour,
        markerfacecolor=LIGHT["paper"] if hollow else colour,
    )
    axes.annotate(
        f"{percent(e.change)} {e.verdict if e.verdict not in ('pass', 'shown') else ''}".strip(),
        (1, i),
        xycoords=("axes fraction", "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        fontsize=7.5,
        color=LIGHT["ink"],
    )


def _absent(axes: Axes, e: Effect, i: int) -> None:
    low, high = axes.get_xlim()
    axes.add_patch(
        Rectangle((low, i - 0.4), high - low, 0.8, facecolor="none", edgecolor=LIGHT["grid"], hatch="////", linewidth=0)
    )
    text = f"{e.verdict}: {e.why}" if e.why else e.verdict
    room = int((axes.get_position().width * WIDTH + RIGHT) / 0.062)
    axes.text(
        low,
        i,
        " " + (text if len(text) < room else text[: room - 2] + "…"),
        ha="left",
        va="center",
        fontsize=7.5,
        color=LIGHT["muted"],
        bbox={"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 1},
    )


def _ticks(axes: Axes, reach: float) -> None:
    """Zero and some round shares on both sides, as many as have room."""
    inside = [s for s in SHARES if math.log1p(s) < 1.05 * reach]
    retained: list[float] = []
    for s in reversed(inside):
        if math.log1p(s) > 0.4 * reach and (not retained or math.log1p(retained[-1]) - math.log1p(s) > 0.4 * reach):
            retained.append(s)
    shares = [0.0, *retained, *(-s if s <= 0.5 else 1 / (1 + s) - 1 for s in retained)]
    axes.xaxis.set_major_locator(FixedLocator([math.log1p(s) for s in shares]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: share(math.expm1(v)) if abs(v) > 1e-12 else "same"))
    axes.tick_params(axis="x", labelsize=8.5)


def share(value: float) -> str:
    """A tick: +2 %, x3."""
    return (
        f"×{digits(1 + value)}"
        if value >= 1
        else f"{digits(100 * value) if value < 0 else '+' + digits(100 * value)} %"
    )
