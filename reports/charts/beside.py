# SPDX-License-Identifier: GPL-2.0-or-later
"""What stands beside the path of a counted point: waits, and the bytes of loops, which are never headlined."""

from ..chart import Dot, Panel, Split
from ..run import PATH, Point, Run
from ..select import shorten
from ..units import show

ROWS_MAX = 30
PANELS = (  # metric, title, hatched
    (PATH, "path", False),
    ("wait_insns", "waits", False),
    ("copied_bytes", "copied", True),
    ("zeroed_bytes", "cleared", True),
)


def beside(run: Run) -> Split | None:
    """None where no point has a path."""
    points = [p for p in run.points if p.primary == PATH and p.quoted][:ROWS_MAX]
    if not points:
        return None
    labels = shorten([p.key for p in points])
    panels = [_panel(run, points, labels, *panel) for panel in PANELS]
    waiting = [p for p in points if (w := p.value("wait_insns")) and w.median >= 1]
    return Split(
        slug="beside-the-path",
        title="What stands beside the path",
        answer=_answer(waiting, labels),
        note="path, waits: of a folio; bytes: of a base page. Hatched: by loops that no current CPU runs, so bytes",
        panels=[p for p in panels if p.dots],
        rows=[labels[p.key] for p in points],
    )


def _panel(run: Run, points: list[Point], labels: dict[str, str], name: str, title: str, hatched: bool) -> Panel:
    dots = [Dot(labels[p.key], s.median, s.lo, s.hi, p.outcome == "unstable") for p in points if (s := p.value(name))]
    return Panel(title, run.metrics[name].unit if dots else "", dots, hatched)


def _answer(waiting: list[Point], labels: dict[str, str]) -> str:
    if not waiting:
        return "No point waits for another task."
    most = max(waiting, key=lambda p: p.summary["wait_insns"].median)
    cost = show(most.summary["wait_insns"].median, "instructions")
    points = f"{len(waiting)} point waits" if len(waiting) == 1 else f"{len(waiting)} points wait"
    return f"{points} for other tasks, {labels[most.key]} most: {cost} a folio."
