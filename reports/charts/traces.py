# SPDX-License-Identifier: GPL-2.0-or-later
"""Curves within a repetition (series.csv): how something grew while it was watched, every repetition as it was."""

from ..chart import Cell, Table, Trace, Traces
from ..run import Point, Run
from ..select import fixed, is_log, line_name, slices, slug
from ..units import digits, show

TIMES = ("ns", "us", "ms", "s")
COST_UNITS = {"counted": "instructions", "hardware": "ns"}  # and none in fast mode, where costs are not drawn
TRACES_MAX = 6
SPLITS_MAX = 4


def traces(run: Run, points: list[Point]) -> list[Traces]:
    """The first series of these points split by each axis they turn, the others by the one with most values."""
    names = list(dict.fromkeys(s.name for p in points for s in run.series.get(p.key, [])))
    if run.mode == "fast":
        names = [n for n in names if not n.partition("_over_")[0].endswith("cost")]
    return [c for n in names for c in _charts(run, points, n, SPLITS_MAX if n == names[0] else 1)]


def _charts(run: Run, points: list[Point], name: str, most: int) -> list[Traces]:
    members = [p for p in points if any(s.name == name for s in run.series.get(p.key, []))]
    return [_chart(run, members, name, axis, chosen) for axis, chosen in _splits(members)[:most]]


def _splits(points: list[Point]) -> list[tuple[str, list[Point]]]:
    """The axes that make several lines with everything else alike, most lines first; no axis where none does."""
    axes = dict.fromkeys(a for p in points for a in p.axes)
    found = [(a, chosen) for a in axes if len(chosen := slices(points, (a,))[0]) > 1]
    return sorted(found, key=lambda f: -len(f[1])) or [("", points[:1])]


def _chart(run: Run, members: list[Point], name: str, axis: str, chosen: list[Point]) -> Traces:
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
    unit = "share" if y.endswith("share") else COST_UNITS[run.mode] if y.endswith("cost") else ""
    note = fixed(chosen, (axis,)) + ("; emulated, untimed: the axis has a direction, but no scale" if timeless else "")
    if len(members) > len(drawn):
        note += f"; {len(members) - len(drawn)} more points are in the table"
    settled = [_settled(xs, ys) for t in drawn for xs, ys in t.curves]
    return Traces(
        slug=slug(chosen[0].benchmark, name, *(("by", axis) if axis else ())),
        title=f"{chosen[0].benchmark}: {y.replace('_', ' ')} over {_over(x)}{', by ' + axis if axis else ''}",
        answer=_answer(drawn, unit),
        note=note,
        unit=unit,
        table=_table(run, members, name, unit),
        x_label="time (emulated, untimed)" if timeless else x.replace("_", " "),
        y_label=y.replace("_", " ") + (f", {unit}" if unit not in ("", "share") else ""),
        y_unit=unit,
        timeless=timeless,
        x_end=max((s for s in settled if s), default=0.0),
        x_log=not timeless and is_log([s for s in settled if s] or [1.0], 30),
        traces=drawn,
    )


def _over(x: str) -> str:
    return "time" if x in TIMES else x.replace("_", " ") or "steps"


def _settled(xs: list[float], ys: list[float]) -> float:
    """From where on nothing happens any more; 0 where nothing ever does."""
    near = 0.01 * (max(ys) - min(ys))
    last = max((i for i, y in enumerate(ys) if abs(y - ys[-1]) > near), default=-1)
    return xs[last + 1] if last >= 0 else 0.0


def _answer(drawn: list[Trace], unit: str) -> str:
    """Where each line ended, over its repetitions."""
    said = []
    for t in drawn:
        ends = [ys[-1] for _, ys in t.curves if ys]
        if ends:
            low, high = min(ends), max(ends)
            value = show(low, unit) if high - low < 0.005 * abs(high) else f"{show(low, unit)} to {show(high, unit)}"
            said.append(f"{t.name} {value}".strip())
    return "At the end: " + "; ".join(said) + "." if said else ""


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
