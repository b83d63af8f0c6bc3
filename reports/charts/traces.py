# SPDX-License-Identifier: GPL-2.0-or-later
"""Curves within a repetition (series.csv): how something grew while it was watched, every repetition as it was."""

from ..chart import Cell, Table, Trace, Traces
from ..run import Point, Run
from ..select import fixed, line_name, slices, slug
from ..units import digits, show

TIMES = ("ns", "us", "ms", "s")
TRACES_MAX = 6


def traces(run: Run, points: list[Point]) -> list[Traces]:
    """One chart for each series that these points recorded."""
    names = dict.fromkeys(s.name for p in points for s in run.series.get(p.key, []))
    return [_chart(run, points, name) for name in names]


def _chart(run: Run, points: list[Point], name: str) -> Traces:
    members = [p for p in points if any(s.name == name for s in run.series.get(p.key, []))]
    axis, chosen = _lines(members)
    looks = [*dict.fromkeys(v for p in run.points if (v := p.axes.get(axis))), ""]
    y, _, x = name.partition("_over_")
    drawn = [
        Trace(
            line_name(axis, p.axes.get(axis, "")),
            looks.index(p.axes.get(axis, "")),
            [(s.x, s.y) for s in run.series[p.key] if s.name == name],
        )
        for p in chosen[:TRACES_MAX]
    ]
    timeless = x in TIMES and run.mode != "hardware"
    unit = "share" if y.endswith("share") else ""
    note = fixed(chosen, (axis,)) + ("; emulated, untimed: the axis has a direction, but no scale" if timeless else "")
    if len(members) > len(drawn):
        note += f"; {len(members) - len(drawn)} more points are in the table"
    return Traces(
        slug=slug(chosen[0].benchmark, name),
        title=f"{chosen[0].benchmark}: {y.replace('_', ' ')} over {x.replace('_', ' ') or 'steps'}",
        answer=_answer(drawn, unit),
        note=note,
        unit=unit,
        table=_table(run, members, name, unit),
        x_label=f"{x} (emulated, untimed)" if timeless else x.replace("_", " "),
        y_label=y.replace("_", " "),
        y_unit=unit,
        timeless=timeless,
        traces=drawn,
    )


def _lines(points: list[Point]) -> tuple[str, list[Point]]:
    """The axis whose values make most lines with everything else alike."""
    axes = dict.fromkeys(a for p in points for a in p.axes)
    return max(((a, slices(points, (a,))[0]) for a in axes), key=lambda found: len(found[1]), default=("", points[:1]))


def _answer(drawn: list[Trace], unit: str) -> str:
    """Where each line ended, in its first repetition and its last."""
    said = []
    for t in drawn:
        ends = [ys[-1] for _, ys in t.curves if ys]
        if ends:
            low, high = min(ends), max(ends)
            value = show(low, unit) if high - low < 0.005 * abs(high) else f"{show(low, unit)} to {show(high, unit)}"
            said.append(f"{t.name} ends at {value}" if t.name else f"ends at {value}")
    return "; ".join(said).capitalize() + "." if said else ""


def _table(run: Run, points: list[Point], name: str, unit: str) -> Table:
    rows = []
    for p in points:
        for s in run.series[p.key]:
            if s.name == name and s.x:
                rows.append(
                    [
                        Cell(p.key, p.key),
                        Cell(str(s.session), s.session),
                        Cell(str(s.rep), s.rep),
                        Cell(str(len(s.x)), len(s.x)),
                        Cell(digits(s.x[-1]), s.x[-1]),
                        Cell(show(s.y[0], unit), s.y[0]),
                        Cell(show(s.y[-1], unit), s.y[-1]),
                    ]
                )
    return Table(["point", "session", "rep", "steps", "last x", "first y", "last y"], rows[:500])
