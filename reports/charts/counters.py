# SPDX-License-Identifier: GPL-2.0-or-later
"""What else happened: counters of the kernel and the processor, beside the cost and over the same axis."""

from ..chart import Cell, Curve, Multiples, Small, Table
from ..run import Metric, Point, Run
from ..select import slug
from ..units import exact, show
from . import curve as curves

PANELS_MAX = 9
# Known beforehand, or shown elsewhere.
HARNESS = {"calls", "folios", "train", "ctx_switches", "idle_share", "taken_share", "pages_asked", "pages_moved"}


def counters(run: Run, points: list[Point]) -> Multiples | None:
    """Small curves over the axis with most of them; None where nothing counted was ever above zero along an axis."""
    seen = [
        m for m in run.metrics.values() if _is_counter(m) and any((s := p.value(m.name)) and s.median for p in points)
    ]
    seen.sort(key=lambda m: -_liveliness(points, m))
    found = {axis: _panels(run, points, axis, seen) for axis in curves.sweeps(points)}
    x = max(found, key=lambda axis: sum(len(line.x) for s in found[axis] for line in s.lines), default="")
    panels = found.get(x, [])
    if not panels:
        return None
    left = len(seen) - len(panels[:PANELS_MAX])
    counted_apart = any(s.title in run.counters for s in panels)
    note = (
        panels[0].note
        + (f"; {left} more counters are in the table" if left else "")
        + ("; counted in repetitions of their own, not in timed ones" if counted_apart else "")
    )
    return Multiples(
        slug=slug(points[0].benchmark, "counters"),
        title=f"{points[0].benchmark}: what else happened, by {x}",
        answer=_answer(panels[:PANELS_MAX]),
        note=note,
        unit="",
        table=_table(points, seen),
        x_label=x,
        panels=panels[:PANELS_MAX],
    )


def _is_counter(m: Metric) -> bool:
    return m.unit in ("count", "pages", "share") and m.cls in ("noisy", "exact") and m.name not in HARNESS


def _liveliness(points: list[Point], m: Metric) -> float:
    """How much a counter differs between points, so that those that tell something come first."""
    values = [s.median for p in points if (s := p.value(m.name))]
    return (max(values) - min(values)) / (max(values) or 1) if values else 0.0


def _panels(run: Run, points: list[Point], x: str, seen: list[Metric]) -> list[Small]:
    return [small for m in seen if (small := _small(run, points, x, m))]


def _small(run: Run, points: list[Point], x: str, m: Metric) -> Small | None:
    c: Curve | None = curves.curve(run, [p for p in points if p.value(m.name)], x, m)
    if c is None or not any(any(line.y) for line in c.lines):
        return None
    return Small(m.name, m.unit, c.lines, c.ticks, c.x_log, c.note)


def _answer(panels: list[Small]) -> str:
    most = [(s, max((v for line in s.lines for v in line.y), default=0)) for s in panels[:3]]
    return "; ".join(f"{s.title} up to {show(v, s.unit)} a run" for s, v in most) + "."


def _table(points: list[Point], seen: list[Metric]) -> Table:
    rows = []
    for p in points:
        values = [p.value(m.name) for m in seen]
        if any(values):
            rows.append(
                [Cell(p.key, p.key)]
                + [Cell(exact(s.median, m.unit), s.median) if s else Cell("") for s, m in zip(values, seen)]
            )
    return Table(["point", *(m.name for m in seen)], rows)


def uncounted(run: Run) -> list[tuple[str, str]]:
    """Events that were asked for and could not be counted, with the reason."""
    mark = "not counted: "
    return [(m.name, m.meaning.removeprefix(mark)) for m in run.metrics.values() if m.meaning.startswith(mark)]
