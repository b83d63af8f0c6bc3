# SPDX-License-Identifier: GPL-2.0-or-later
"""A metric against a numeric axis. Of all slices the one with most points is drawn; the note says what is fixed."""

from collections import defaultdict

from ..chart import Curve, Line
from ..run import Metric, Point, Run
from ..select import WHOLE, axis_label, fixed, is_geometric, is_log, line_name
from ..select import numeric, phrase, slug, spans, split, table
from ..units import digits, short, show

LINES_MAX = 8  # more than that on one sheet is a thicket


def curve(run: Run, points: list[Point], x: str, metric: Metric, base: Run | None = None) -> Curve | None:
    """None where no line has three points. The points of `base` with the same keys are drawn behind."""
    line_axis, chosen = split([p for p in points if numeric(p, x) is not None], x, metric)
    at = positions(chosen, x)
    looks = [*dict.fromkeys(name for p in run.points if (name := p.axes.get(line_axis))), ""]
    drawn = lines(chosen, line_axis, metric, at, looks)
    if not any(len(line.x) > 2 for line in drawn):
        return None
    left_out = len(drawn)
    drawn = thin(drawn)
    left_out -= len(drawn)
    ticks = sorted({at[p.key]: p.axes.get(x, "") for p in chosen}.items())
    before = thin(lines(of_base(base, chosen, metric), line_axis, metric, at, looks)) if base else []
    values = [v for line in (*drawn, *before) for v in line.y]
    x_log = is_geometric([t[0] for t in ticks])
    alone = drawn[0].name if left_out and len(drawn) == 1 else ""
    c = Curve(
        slug=slug(chosen[0].benchmark, metric.name, "by", x),
        title=f"{chosen[0].benchmark}: {phrase(metric)}, by {x}",
        answer="",
        note=" ".join(filter(None, (alone, held(chosen, x, line_axis)))),
        unit=metric.unit,
        table=table(chosen, metric),
        x_label=x,
        y_label=axis_label(metric),
        ticks=ticks,
        x_log=x_log,
        y_log=x_log and metric.unit != "share" and is_log(values, 20),  # over an even axis lines cross where they do
        lines=drawn,
        bound=bound(run, metric, chosen),
        before=before,
    )
    c.answer = answer(c, metric)
    if left_out > 0:
        c.note += f"; {left_out} of {left_out + len(drawn)} lines are in the table only"
    if base and before:
        c.note += f"; pale, dotted: {base.name}"
    return c


def held(chosen: list[Point], x: str, line_axis: str) -> str:
    """What was the same for all points, and the sizes where they were not."""
    sizes = "" if "size" in (x, line_axis) else spans(chosen, "size")
    return " ".join(filter(None, (fixed(chosen, (x, line_axis)), sizes)))


def of_base(base: Run, chosen: list[Point], metric: Metric) -> list[Point]:
    keys = {p.key for p in chosen}
    return [p for p in base.points if p.key in keys and p.value(metric.name)]


def sweeps(points: list[Point]) -> list[str]:
    """The parameters with three numeric values or more; a node is no number, and caches are the machine's."""
    axes = dict.fromkeys(a for p in points for a in p.params if a not in ("from", "to", "caches"))
    return [a for a in axes if len({numeric(p, a) for p in points} - {None}) > 2]


def positions(points: list[Point], x: str) -> dict[str, float]:
    """Where each point stands on the axis, by key; "whole" stands beyond the largest count."""
    values = {p.key: numeric(p, x) or 0.0 for p in points}
    largest = max((v for v in values.values() if v < WHOLE), default=1.0)
    return {k: v if v < WHOLE else 4 * largest for k, v in values.items()}


def lines(points: list[Point], line_axis: str, metric: Metric, at: dict[str, float], looks: list[str]) -> list[Line]:
    groups: dict[str, list[Point]] = defaultdict(list)
    for p in points:
        groups[p.axes.get(line_axis, "")].append(p)
    out = []
    for name, members in groups.items():
        members.sort(key=lambda p: at[p.key])
        s = [p.summary[metric.name] for p in members]
        out.append(
            Line(
                name=line_name(line_axis, name),
                x=[at[p.key] for p in members],
                y=[v.median for v in s],
                lo=[v.lo for v in s],
                hi=[v.hi for v in s],
                hollow=[p.outcome == "unstable" for p in members],
                look=looks.index(name),
            )
        )
    return sorted(out, key=lambda line: -line.y[0])


def thin(drawn: list[Line]) -> list[Line]:
    """At most LINES_MAX: no lone points, then evenly out of their order, the first and the last among them."""
    if len(drawn) > LINES_MAX:
        drawn = [line for line in drawn if len(line.x) > 1] or drawn
    if len(drawn) <= LINES_MAX:
        return drawn
    return [drawn[round(i * (len(drawn) - 1) / (LINES_MAX - 1))] for i in range(LINES_MAX)]


def bound(run: Run, metric: Metric, chosen: list[Point]) -> tuple[float, str] | None:
    """For a rate: the fastest plain copy between the same nodes, which no migration can beat."""
    if metric.name != "rate_bps":
        return None
    pair = chosen[0].axes.get("pair")
    copies = [
        s.median
        for p in run.points
        if p.benchmark == "memcpy" and p.axes.get("pair") == pair and (s := p.value("rate_bps"))
    ]
    if not copies or chosen[0].benchmark == "memcpy":
        return None
    return max(copies), f"copy bound {pair}: {show(max(copies), 'B/s')}"


def answer(c: Curve, metric: Metric) -> str:
    text = dict(c.ticks)
    said = []
    for line in sorted(c.lines, key=lambda line: -len(line.x))[:4]:
        who = f"{line.name}: " if line.name and len(c.lines) > 1 else ""
        said.append(who + ends(line, c, text))
    return "; ".join(said) + "." + winners(c, text, metric)


def ends(line: Line, c: Curve, text: dict[float, str]) -> str:
    """The line in words: its value at both ends, and its extreme where that lies between."""
    first, last, low, high = line.y[0], line.y[-1], min(line.y), max(line.y)
    if high < 1.02 * low:
        return f"{show(high, c.unit)} at {span(line, c, text)}"
    said = f"{show(first, c.unit)} at {c.x_label} {text[line.x[0]]}, {short(last, c.unit)} at {text[line.x[-1]]}"
    if 0 < first and last > 1.02 * first:
        said += f" (×{digits(last / first)})"
    elif 0 < last and first > 1.02 * last:
        said += f" (÷{digits(first / last)})"
    if high > 1.1 * max(first, last):
        said += f", most at {text[line.x[line.y.index(high)]]} ({short(high, c.unit)})"
    elif low < min(first, last) / 1.1:
        said += f", least at {text[line.x[line.y.index(low)]]} ({short(low, c.unit)})"
    return said


def span(line: Line, c: Curve, text: dict[float, str]) -> str:
    """Where a level line was measured."""
    if len(line.x) == len(c.ticks) > 1:
        return f"every {c.x_label}"
    until = f" to {text[line.x[-1]]}" if len(line.x) > 1 else ""
    return f"{c.x_label} {text[line.x[0]]}{until}"


def winners(c: Curve, text: dict[float, str], metric: Metric) -> str:
    """Where the best line changes along the axis: which is best from where on."""
    if len(c.lines) < 2 or metric.better not in ("lower", "higher"):
        return ""
    pick = min if metric.better == "lower" else max
    best: list[tuple[str, str]] = []
    for x in text:
        here = [(line.y[line.x.index(x)], line.name) for line in c.lines if x in line.x]
        if len(here) == len(c.lines) and (not best or best[-1][1] != pick(here)[1]):
            best.append((text[x], pick(here)[1]))
    if len(best) < 2:
        return ""
    word = "Cheapest" if metric.better == "lower" else "Best"
    return f" {word} is " + ", then ".join(f"{name} from {c.x_label} {at}" for at, name in best) + "."
