# SPDX-License-Identifier: GPL-2.0-or-later
"""One file a kind of figure: chart in, matplotlib figure out."""

from matplotlib.figure import Figure

from ..chart import Chart, Curve, Dots
from . import curve, dots

DRAWERS = {Curve: curve.draw, Dots: dots.draw}


def draw(chart: Chart) -> Figure:
    return DRAWERS[type(chart)](chart)
