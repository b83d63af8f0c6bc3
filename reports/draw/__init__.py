# SPDX-License-Identifier: GPL-2.0-or-later
"""One file a kind of figure: chart in, matplotlib figure out."""

from matplotlib.figure import Figure

from ..chart import Chart, Curve, Dots, Heat, MachineChart, Split, Strip
from . import curve, dots, heat, machine, split, strip

DRAWERS = {Curve: curve.draw, Dots: dots.draw, Heat: heat.draw, MachineChart: machine.draw, Split: split.draw, Strip: strip.draw}


def draw(chart: Chart) -> Figure:
    return DRAWERS[type(chart)](chart)
