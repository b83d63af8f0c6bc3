# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads what `nodehop explain` printed, as a chart: the kernel's functions by their share of a point's time."""

import re
from pathlib import Path

from .chart import Cell, Dot, Dots, Table
from .fault import Fault
from .select import slug

ROW = re.compile(r" *(\d+\.\d)%  (\(\d+ more\)|\S+) *(.*)")
HEAD = "kernel function"


def load(path: Path) -> Dots:
    """Fault when the file holds no explanation, or one without functions."""
    lines = path.read_text(encoding="utf-8", errors="replace").rstrip().split("\n")
    head = next((i for i, line in enumerate(lines) if HEAD in line), 0)
    end = next((i for i, line in enumerate(lines) if i > head and not line.strip()), len(lines))
    rows = [(m[1], m[2], m[3]) for line in lines[head:end] if (m := ROW.fullmatch(line))]
    if not head or not rows:
        raise Fault(f"{path} holds no table of kernel functions; make it with `nodehop explain POINT > FILE`")
    said = [line for line in lines[:head] if not line.startswith("the first of")]
    return _chart(said[0].strip(), [line.strip() for line in said[1:]], rows, lines[-1].strip())


def _chart(point: str, told: list[str], rows: list[tuple[str, str, str]], sentence: str) -> Dots:
    return Dots(
        slug=slug("explain", point),
        title=f"Where does the kernel spend the time of {point}?",
        answer=sentence,
        note=" ".join(["nodehop explain", *(line for line in told if line.startswith("by "))]),
        unit="share",
        table=Table(
            ["share", "kernel function", "work"],
            [[Cell(f"{share} %", float(share)), Cell(name, name), Cell(work, work)] for share, name, work in rows],
        ),
        x_label="share of the time, as traced",
        dots=[Dot(f"{name}: {work}" if work else name, float(share) / 100) for share, name, work in rows],
    )
