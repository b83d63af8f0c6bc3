# SPDX-License-Identifier: GPL-2.0-or-later
"""Draws charts, each under a name of its own with the line that says where it comes from; into a folder, if any."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from . import draw, facts, style
from .chart import Chart, Table
from .run import Run

ROWS_MAX = 1000  # of the table behind a figure; summary.csv holds the rest


class Gallery:
    def __init__(self, run: Run, folder: Path | None, base_name: str = "") -> None:
        self.run, self.folder = run, folder
        self.taken: set[str] = set()
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
        count = facts.sessions(run)
        self.source = [
            f"{run.name} against {base_name}" if base_name else run.name,
            facts.machine(run),
            facts.kernel(run),
            f"{count} session{'s' if count != 1 else ''}",
        ]

    def hang(self, chart: Chart) -> dict[str, Any]:
        """The figure as the templates take it."""
        while chart.slug in self.taken:
            chart.slug += "-x"
        self.taken.add(chart.slug)
        drawing = draw.draw(chart)
        table, total = chart.table, len(chart.table.rows)
        if total > ROWS_MAX:
            table = Table(table.columns, table.rows[:ROWS_MAX])
        source = ", ".join(dict.fromkeys(str(v) for v in [*self.source, chart.note] if v))
        style.finish(drawing, chart.title, source, ": ".join([self.run.mode, *facts.stamps(self.run)[:1]]))
        return {
            "chart": chart,
            "svg": Markup(style.save(drawing, self.folder, chart.slug)),
            "table": table,
            "rows_left_off": total - len(table.rows),
        }
