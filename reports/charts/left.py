# SPDX-License-Identifier: GPL-2.0-or-later
"""Which pages stayed behind: what the kernel itself reported unmoved, by status."""

from ..chart import Cell, Dot, Dots, Table
from ..run import Point, Run
from ..select import is_log, shorten
from ..units import show

ROWS_MAX = 40


def sentence(run: Run) -> str:
    """Did the pages move? Over all points that were verified; "" where nothing was to be moved."""
    asked = [p for p in run.points if p.value("pages_asked") and p.benchmark != "null"]
    if not asked:
        return ""
    left = leaving(run)
    pages = sum(s.median for p in asked if (s := p.value("pages_moved")))
    said = f"{show(pages)} pages a pass over {len(asked)} points were proven to have moved"
    return said + (
        f"; at {len(left)} points the kernel reported pages as not moved."
        if left
        else ", and the kernel reported none as left behind."
    )


def leaving(run: Run) -> list[Point]:
    return [p for p in run.points if (s := p.value("pages_left")) and s.median > 0]


def left(run: Run) -> Dots | None:
    """None where no page stayed behind."""
    points = sorted(leaving(run), key=lambda p: -p.summary["pages_left"].median)
    if not points:
        return None
    labels = shorten([p.key for p in points])
    statuses = [m for m in run.metrics if m.startswith("left_")]
    dots = [Dot(labels[p.key], p.summary["pages_left"].median) for p in points[:ROWS_MAX]]
    more = f"; {len(points) - ROWS_MAX} more points are in the table" if len(points) > ROWS_MAX else ""
    return Dots(
        slug="left-behind",
        title="Which pages stayed behind?",
        answer=sentence(run),
        note="pages that the kernel itself reported unmoved" + more,
        unit="pages",
        table=_table(points, statuses),
        x_label="base pages left",
        log=is_log([d.value for d in dots], 20),
        dots=dots,
    )


def _table(points: list[Point], statuses: list[str]) -> Table:
    def number(p: Point, name: str) -> Cell:
        s = p.value(name)
        return Cell(show(s.median), s.median) if s else Cell("")

    names = ["pages_asked", "pages_moved", "pages_left", *statuses]
    return Table(["point", *names], [[Cell(p.key, p.key), *(number(p, n) for n in names)] for p in points])
