# SPDX-License-Identifier: GPL-2.0-or-later
"""One file a kind of figure: chart in, matplotlib figure out."""

from typing import Callable

from matplotlib.figure import Figure

from ..chart import Chart, Curve, Dots, Forest, Heat, MachineChart, Multiples, Split, Strip, Traces
from . import curve, dots, forest, heat, machine, multiples, split, strip, traces

DRAWERS: dict[type, Callable[..., Figure]] = {
    Curve: curve.draw,
    Dots: dots.draw,
    Forest: forest.draw,
    Heat: heat.draw,
    MachineChart: machine.draw,
    Multiples: multiples.draw,
    Split: split.draw,
    Strip: strip.draw,
    Traces: traces.draw,
}


def draw(chart: Chart) -> Figure:
    return DRAWERS[type(chart)](chart)
