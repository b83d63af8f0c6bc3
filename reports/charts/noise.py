# SPDX-License-Identifier: GPL-2.0-or-later
"""The A/A page: how small a change this machine can tell from none, point by point."""

import math

from ..aa import AAPoint, Record
from ..chart import Cell, Dot, Dots, Table
from ..select import shorten
from ..units import percent, show

ROWS_MAX = 40


def noise(record: Record) -> Dots | None:
    """None where the record has no point with a margin."""
    points = sorted((p for p in record.points if p.margin is not None), key=lambda p: -p.margin)
    if not points:
        return None
    labels = shorten([p.point for p in points])
    dots = [Dot(labels[p.point], math.expm1(p.margin)) for p in points[:ROWS_MAX]]
    left = len(points) - len(dots)
    note = "margin: the change that counts as none" + (f"; {left} quieter points are in the table only" if left > 0 else "")
    return Dots("noise", "How small a change can this machine tell from none?", _answer(record, points), note, "share", _table(record.points),
                "margin of a point (lower is better)", False, dots)


def _answer(record: Record, points: list[AAPoint]) -> str:
    wrong = record.regressed + record.improved
    return (f"With nothing changed, {wrong} of {record.judged} points were called changed ({record.sessions} sessions a side). Margins run from "
            f"{show(math.expm1(points[-1].margin), 'share')} to {show(math.expm1(points[0].margin), 'share')}.")


def _table(points: list[AAPoint]) -> Table:
    share = lambda v: Cell(percent(v), v) if v is not None else Cell("")
    log = lambda v: share(math.expm1(v) if v is not None else None)
    return Table(["point", "metric", "noise floor", "margin", "within a session", "between sessions", "verdict"],
                 [[Cell(p.point, p.point), Cell(p.metric, p.metric), log(p.floor), log(p.margin), share(p.within), share(p.between),
                   Cell(p.verdict, p.verdict)] for p in points])
