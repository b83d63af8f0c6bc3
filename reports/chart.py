# SPDX-License-Identifier: GPL-2.0-or-later
"""What a figure shows, before anything is drawn: plain data that a test can hold against an expectation.

A chart is one question. Its table holds the same numbers for readers who cannot or would rather not look.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class Cell(NamedTuple):
    """A table cell: what is read, and what it is sorted by."""
    text: str
    sort: float | str = ""


@dataclass
class Table:
    columns: list[str]
    rows: list[list[Cell]]


@dataclass
class Chart:
    slug: str                   # file name and anchor
    title: str                  # the question
    answer: str                 # one sentence
    note: str = ""              # what was held fixed, what the marks mean
    unit: str = ""
    table: Table = field(default_factory=lambda: Table([], []))


@dataclass
class Line:
    name: str
    x: list[float]
    y: list[float]
    lo: list[float | None]
    hi: list[float | None]
    hollow: list[bool]          # unstable points


@dataclass
class Curve(Chart):
    """A cost over a numeric axis, a line for each value of another axis."""
    x_label: str = ""
    y_label: str = ""
    ticks: list[tuple[float, str]] = field(default_factory=list)
    x_log: bool = False
    y_log: bool = False
    lines: list[Line] = field(default_factory=list)
    bound: tuple[float, str] | None = None      # a level that the curve cannot pass, and its name


@dataclass
class Dot:
    name: str
    value: float
    lo: float | None
    hi: float | None
    hollow: bool
    group: int = 0


@dataclass
class Dots(Chart):
    """One value a row, with its interval: for axes that are no numbers."""
    x_label: str = ""
    log: bool = False
    dots: list[Dot] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
