# SPDX-License-Identifier: GPL-2.0-or-later
"""What a figure shows, before anything is drawn: plain data that a test can hold against an expectation.

A chart is one question. Its table holds the same numbers for readers who cannot or would rather not look.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from .units import percent


class Cell(NamedTuple):
    """A table cell: what is read, and what it is sorted by."""

    text: str
    sort: float | str = ""


def share_cell(share: float | None) -> Cell:
    """A change or a spread in percent; empty where there is none."""
    return Cell(percent(share), share) if share is not None else Cell("")


@dataclass
class Table:
    columns: list[str]
    rows: list[list[Cell]]


@dataclass
class Chart:
    slug: str  # file name and anchor
    title: str  # the question
    answer: str  # one sentence or two
    note: str = ""  # what was held fixed, what the marks mean
    unit: str = ""
    table: Table = field(default_factory=lambda: Table([], []))


@dataclass
class Line:
    name: str
    x: list[float]
    y: list[float]
    lo: list[float | None]
    hi: list[float | None]
    hollow: list[bool]  # unstable points
    look: int  # number of its colour, marker and dash: the same name looks the same in all figures


@dataclass
class Curve(Chart):
    """A value over a numeric axis, a line for each value of another axis."""

    x_label: str = ""
    y_label: str = ""
    ticks: list[tuple[float, str]] = field(default_factory=list)
    x_log: bool = False
    y_log: bool = False
    lines: list[Line] = field(default_factory=list)
    bound: tuple[float, str] | None = None  # a level that no line can pass, and its name
    before: list[Line] = field(default_factory=list)  # the same points of the run that this one is compared with


@dataclass
class Dot:
    name: str
    value: float
    lo: float | None = None
    hi: float | None = None
    hollow: bool = False


@dataclass
class Dots(Chart):
    """One value a row, with its interval: for axes that are no numbers."""

    x_label: str = ""
    log: bool = False
    dots: list[Dot] = field(default_factory=list)


@dataclass
class Heat(Chart):
    """Node by node: a value for each ordered pair, the distance beside it."""

    label: str = ""
    nodes: list[str] = field(default_factory=list)
    values: list[list[float | None]] = field(default_factory=list)  # [from][to]
    distances: list[list[int | None]] = field(default_factory=list)


@dataclass
class Panel:
    title: str
    unit: str
    dots: list[Dot]
    hatched: bool = False  # an artefact of the emulator: to be seen, never to be quoted


@dataclass
class Split(Chart):
    """Panels side by side with the same rows, each with a scale of its own."""

    panels: list[Panel] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


@dataclass
class Strip(Chart):
    """Raw samples in the order they were taken."""

    y_label: str = ""
    sessions: list[tuple[str, list[float], list[float]]] = field(default_factory=list)  # name, x, y
    centre: float = 0.0
    span: float = 0.0  # half the height of the window about the centre; 0: all there is


@dataclass
class Box:
    name: str
    lines: list[str]
    has_cpu: bool
    has_memory: bool


@dataclass
class MachineChart(Chart):
    """The machine: its nodes, and how far they are from each other."""

    boxes: list[Box] = field(default_factory=list)
    distances: list[list[int | None]] = field(default_factory=list)


@dataclass
class Effect:
    """One compared point. Shares are b/a - 1."""

    name: str
    change: float | None
    lo: float | None
    hi: float | None
    margin: float | None
    verdict: str
    why: str
    worse: bool | None


@dataclass
class Forest(Chart):
    """Changes between two runs, the worst on top."""

    effects: list[Effect] = field(default_factory=list)


@dataclass
class Trace:
    name: str
    look: int
    curves: list[tuple[list[float], list[float]]]  # one a repetition


@dataclass
class Traces(Chart):
    """Curves that repetitions recorded, each drawn as it was."""

    x_label: str = ""
    y_label: str = ""
    y_unit: str = ""
    timeless: bool = False  # x is a time by no clock: drawn without numbers
    x_end: float = 0.0  # from here on no curve moves any more; 0: none ever does
    x_log: bool = False
    traces: list[Trace] = field(default_factory=list)


@dataclass
class Small:
    title: str
    unit: str
    lines: list[Line]
    ticks: list[tuple[float, str]]
    x_log: bool
    note: str  # what was held fixed


@dataclass
class Multiples(Chart):
    """Small curves over one axis, each with a scale of its own."""

    x_label: str = ""
    panels: list[Small] = field(default_factory=list)
