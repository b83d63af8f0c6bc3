# SPDX-License-Identifier: GPL-2.0-or-later
"""The A/A page: how small a change this machine can tell from none, point by point."""

import math

from ..aa import AAPoint, Record
from ..chart import Cell, Dot, Dots, Table, share_cell
from ..select import shorten
from ..units import show

ROWS_MAX = 40


def noise(record: Record) -> Dots | None:
    """None where the record has no point with a margin."""
    points = sorted(((math.expm1(p.margin), p.point) for p in record.points if p.margin is not None), reverse=True)
    if not points:
        return None
    labels = shorten([point for _, point in points])
    dots = [Dot(labels[point], margin) for margin, point in points[:ROWS_MAX]]
    left = len(points) - len(dots)
    note = "margin: the change that counts as none" + (
        f"; {left} quieter points are in the table only" if left > 0 else ""
    )
    return Dots(
        slug="noise",
        title="How small a change can this machine tell from none?",
        answer=_answer(record, points[-1][0], points[0][0]),
        note=note,
        unit="share",
        table=_table(record.points),
        x_label="margin of a point (lower is better)",
        log=False,
        dots=dots,
    )


def _answer(record: Record, least: float, most: float) -> str:
    wrong = record.regressed + record.improved
    said = f"With nothing changed, {wrong} of {record.judged} points were called changed"
    return (
        f"{said} ({record.sessions} sessions a side). Margins run from {show(least, 'share')} to {show(most, 'share')}."
    )


def _table(points: list[AAPoint]) -> Table:
    def log(v: float | None) -> Cell:
        return share_cell(math.expm1(v) if v is not None else None)

    return Table(
        ["point", "metric", "noise floor", "margin", "within a session", "between sessions", "verdict"],
        [
            [
                Cell(p.point, p.point),
                Cell(p.metric, p.metric),
                log(p.floor),
                log(p.margin),
                share_cell(p.within),
                share_cell(p.between),
                Cell(p.verdict, p.verdict),
            ]
            for p in points
        ],
    )
