# SPDX-License-Identifier: GPL-2.0-or-later
"""Raw samples in the order they were taken: drift, steps and bad sessions are seen, not computed."""

import math

from ..chart import Cell, Strip, Table
from ..run import Point, Run, Summary
from ..units import show


Quoted = list[tuple[Point, Summary]]


def run_order(run: Run) -> Strip | None:
    """Every timed sample of every point, each over its own point's median."""
    members = [(p, s) for p, s in quoted(run) if s.median > 0 and p.benchmark != "null"]
    sessions = _by_session(run, members, relative=True)
    if sum(len(x) for _, x, _ in sessions) < 10:
        return None
    noise = max((s.within for _, s in members), default=0)
    return Strip(
        slug="run-order",
        title="Did the machine drift while it was measured?",
        answer="Each dot is one sample over the median of its own point. A level cloud means no drift; a slope, "
        "a step or one odd session would show.",
        note="warm-ups left out; dots beyond the window stand at its edge",
        unit="share",
        table=_table(members),
        y_label="sample over its point's median",
        sessions=sessions,
        centre=1.0,
        span=max(0.002, 8 * noise),
    )


def floor(run: Run) -> Strip | None:
    """What the harness itself costs: the samples of the benchmark null."""
    found = quoted(run)
    null, s = next(((p, s) for p, s in found if p.benchmark == "null"), (None, None))
    if null is None or s is None:
        return None
    unit = run.metrics[null.primary].unit
    walls = [(w.median, p.key) for p, _ in found if p is not null and (w := p.value(null.primary))]
    shortest = (
        f" The shortest timed region of this run is {_times(min(walls), unit, s.median)}."
        if walls and s.median > 0
        else ""
    )
    return Strip(
        slug="floor",
        title="What does the harness itself cost?",
        answer=f"{show(s.median, unit)} a repetition that does nothing.{shortest}",
        note="benchmark null; warm-ups left out",
        unit=unit,
        table=_table([(null, s)]),
        y_label=unit,
        sessions=_by_session(run, [(null, s)], relative=False),
    )


def quoted(run: Run) -> Quoted:
    """The points whose primary metric may be quoted and whose samples are stored."""
    return [(p, s) for p in run.points if (s := p.quoted) and p.key in run.samples]


def _times(wall: tuple[float, str], unit: str, floor_value: float) -> str:
    return f"{show(wall[0], unit)}, {show(round(wall[0] / floor_value))} times that ({wall[1]})"


def _by_session(run: Run, members: Quoted, relative: bool) -> list[tuple[str, list[float], list[float]]]:
    """Samples in run order: sessions one after the other, in each the points in its own order."""
    taken = [
        (s.session[i], s.order[i], s.rep[i], s.value[i] / summary.median if relative else s.value[i])
        for p, summary in members
        for s in (run.samples[p.key],)
        for i in range(len(s.value))
        if not s.warmup[i] and math.isfinite(s.value[i])
    ]
    taken.sort()
    out: dict[int, tuple[str, list[float], list[float]]] = {}
    for at, (session, _, _, value) in enumerate(taken):
        _, xs, ys = out.setdefault(session, (f"session {session}", [], []))
        xs.append(float(at))
        ys.append(value)
    return list(out.values())


def _table(members: Quoted) -> Table:
    """How much each point scattered: the raw samples are in samples.csv."""
    scatter = sorted(members, key=lambda member: -(member[1].spread or 0))
    return Table(
        ["point", "within sessions (MAD)", "between sessions", "n", "sessions"],
        [
            [
                Cell(p.key, p.key),
                Cell("") if s.mad is None else Cell(show(s.within, "share"), s.within),
                Cell("") if s.between is None else Cell(show(s.between, "share"), s.between),
                Cell(str(s.n), s.n),
                Cell(str(s.sessions), s.sessions),
            ]
            for p, s in scatter[:200]
        ],
    )
