# SPDX-License-Identifier: GPL-2.0-or-later
"""python3 -m reports.shape RUNS CSV PNG: what a call and a page cost by the number of possible CPUs (ci/shape).

RUNS holds run folders of the lab's counted mode named KERNEL-CPUS, each with move_pages batch=1 and batch=512.
"""

import csv
import io
import sys
from pathlib import Path
from typing import NamedTuple

from . import draw, run, style
from .chart import Curve, Line
from .fault import Fault

METRICS = ("page_insns", "path_insns", "wait_insns", "task_switches")
COLUMNS = ("kernel", "possible_cpus", "batch", *METRICS)


class Row(NamedTuple):
    """A point: its shape and what a page costs in it."""

    kernel: str
    cpus: int
    batch: int
    cost: dict[str, float]


def rows_of(folder: Path) -> list[Row]:
    kernel, cpus = folder.name.rsplit("-", 1)
    loaded = run.load(folder)
    recorded = loaded.env["hard"].get("possible_cpus")
    if recorded != int(cpus):
        raise Fault(f"{folder}: its guest had {recorded} possible CPUs, not {cpus}")
    return [Row(kernel, recorded, int(p.axes["batch"]), costs(folder, p)) for p in loaded.points]


def costs(folder: Path, point: run.Point) -> dict[str, float]:
    found = {}
    for name in METRICS:
        value = point.value(name)
        if value is None:
            raise Fault(f"{folder}: {point.key} has no {name}")
        found[name] = value.median
    return found


def load(runs: Path) -> list[Row]:
    folders = [p.parent for p in runs.glob("*-*/points.csv")]
    if not folders:
        raise Fault(f"{runs}: no run folders named KERNEL-CPUS")
    rows = [row for folder in folders for row in rows_of(folder)]
    return sorted(rows, key=lambda r: (release(r.kernel), r.batch, r.cpus))


def release(kernel: str) -> list[int]:
    return [int(part) for part in kernel.split(".")]


def text(rows: list[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for r in rows:
        writer.writerow([r.kernel, r.cpus, r.batch, *(f"{r.cost[m]:.3f}".rstrip("0").rstrip(".") for m in METRICS)])
    return out.getvalue()


def lines(rows: list[Row]) -> list[Line]:
    drawn: list[Line] = []
    groups = dict.fromkeys((r.kernel, r.batch) for r in rows)
    for kernel, batch in sorted(groups, key=lambda g: (g[1], release(g[0]))):
        mine = [r for r in rows if (r.kernel, r.batch) == (kernel, batch)]
        none: list[float | None] = [None] * len(mine)
        drawn.append(
            Line(
                name=f"Linux {kernel}, {batch} page{'s' if batch > 1 else ''} a call",
                x=[float(r.cpus) for r in mine],
                y=[r.cost["page_insns"] for r in mine],
                lo=none,
                hi=none,
                hollow=[False] * len(mine),
                look=len(drawn),
            )
        )
    return drawn


def chart(rows: list[Row]) -> Curve:
    return Curve(
        slug="shape",
        title="A call costs more from the 17th possible CPU on, a page hardly",
        answer="",
        unit="instructions",
        x_label="possible CPUs, one of them online",
        y_label="instructions a page, move_pages",
        ticks=[(float(n), str(n)) for n in sorted({r.cpus for r in rows})],
        x_log=True,
        lines=lines(rows),
    )


def write(runs: Path, table: Path, picture: Path) -> None:
    rows = load(runs)
    table.write_text(text(rows), encoding="utf-8")
    style.use()
    figure = draw.draw(chart(rows))
    style.finish(
        figure,
        chart(rows).title,
        "nodehop lab 2s, one boot of seed 1 each: move_pages size=2m batch=1,512 pair=0:1 page=base",
        f"counted: {style.STAMPS['counted']}",
    )
    figure.savefig(picture, dpi=style.PNG_DPI)


if __name__ == "__main__":
    try:
        write(*(Path(argument) for argument in sys.argv[1:4]))
    except Fault as e:
        sys.exit(f"reports.shape: {e}")
