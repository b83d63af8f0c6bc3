# SPDX-License-Identifier: GPL-2.0-or-later
"""Raw samples in the order they were taken: drift, steps and bad sessions are seen, not computed."""

import math

from ..chart import Cell, Strip, Table
from ..run import Point, Run
from ..units import show


def run_order(run: Run) -> Strip | None:
    """Every timed sample of every point, each over its own point's median."""
    members = [p for p in run.points if p.quoted and p.quoted.median > 0 and p.key in run.samples and p.benchmark != "null"]
    sessions = _by_session(run, members, relative=True)
    if sum(len(x) for _, x, _ in sessions) < 10:
        return None
    noise = max(p.quoted.mad / p.quoted.median for p in members if p.quoted.mad is not None)
    chart = Strip("run-order", "Did the machine drift while it was measured?",
                  "Each dot is one sample over the median of its own point. A level cloud means no drift; a slope, a step or one odd session would show.",
                  "warm-ups left out; dots beyond the window stand at its edge", "share", _table(run, members), "sample over its point's median",
                  sessions, 1.0, max(0.002, 8 * noise))
    return chart


def floor(run: Run) -> Strip | None:
    """What the harness itself costs: the samples of the benchmark null."""
    null = next((p for p in run.points if p.benchmark == "null" and p.quoted and p.key in run.samples), None)
    if null is None:
        return None
    unit = run.metrics[null.primary].unit
    walls = [(s.median, p.key) for p in run.points if p.benchmark != "null" and (s := p.value(null.primary))]
    shortest = f" The shortest timed region of this run is {digits_of(min(walls), unit, null.quoted.median)}." if walls and null.quoted.median > 0 else ""
    return Strip("floor", "What does the harness itself cost?", f"{show(null.quoted.median, unit)} a repetition that does nothing.{shortest}",
                 "benchmark null; warm-ups left out", unit, _table(run, [null]), unit, _by_session(run, [null], relative=False))


def digits_of(wall: tuple[float, str], unit: str, floor_value: float) -> str:
    return f"{show(wall[0], unit)}, {show(round(wall[0] / floor_value))} times that ({wall[1]})"


def _by_session(run: Run, points: list[Point], relative: bool) -> list[tuple[str, list[float], list[float]]]:
    """Samples in run order: sessions one after the other, in each the points in its own order."""
    taken = [(s.session[i], s.order[i], s.rep[i], s.value[i] / p.quoted.median if relative else s.value[i])
             for p in points for s in (run.samples[p.key],) for i in range(len(s.value)) if not s.warmup[i] and math.isfinite(s.value[i])]
    taken.sort()
    out: dict[int, tuple[str, list[float], list[float]]] = {}
    for at, (session, _, _, value) in enumerate(taken):
        _, xs, ys = out.setdefault(session, (f"session {session}", [], []))
        xs.append(float(at))
        ys.append(value)
    return list(out.values())


def _table(run: Run, points: list[Point]) -> Table:
    """How much each point scattered: the raw samples are in samples.csv."""
    scattered = sorted(points, key=lambda p: -((p.quoted.mad or 0) / p.quoted.median if p.quoted.median else 0))[:200]
    rows = [[Cell(p.key, p.key), Cell(show((p.quoted.mad or 0) / p.quoted.median if p.quoted.median else 0, "share"), (p.quoted.mad or 0) / (p.quoted.median or 1)),
             Cell(str(p.quoted.n), p.quoted.n), Cell(str(p.quoted.sessions), p.quoted.sessions)] for p in scattered]
    return Table(["point", "MAD over median", "n", "sessions"], rows)
