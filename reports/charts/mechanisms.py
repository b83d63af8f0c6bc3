# SPDX-License-Identifier: GPL-2.0-or-later
"""Every way to move a page side by side: of each benchmark and page kind the point where a page costs least."""

from ..chart import Dot, Dots
from ..run import Point, Run
from ..select import axis_label, is_log, table
from ..units import show

ROWS_MAX = 40


def mechanisms(run: Run) -> Dots | None:
    """None where fewer than two benchmarks moved pages at a cost that may be quoted."""
    best = cheapest(run)
    if len({p.benchmark for p in best}) < 2:
        return None
    metric = run.metrics[best[0].primary]
    best = sorted((p for p in best if p.primary == metric.name), key=lambda p: p.quoted.median)
    dots = [Dot(label(p, best), p.quoted.median, p.quoted.lo, p.quoted.hi, p.outcome == "unstable") for p in best[:ROWS_MAX]]
    return Dots("mechanisms", "Which way of moving a page costs least?", _answer(best, dots, metric.unit),
                "of each benchmark and page kind the point where a page costs least; the table has its parameters", metric.unit, table(best, metric),
                axis_label(metric), is_log([d.value for d in dots], 20), dots)


def cheapest(run: Run) -> list[Point]:
    found: dict[tuple[str, str], Point] = {}
    for p in run.points:
        if p.quoted and p.primary.startswith("page_"):
            at = p.benchmark, p.axes.get("page", "")
            if at not in found or p.quoted.median < found[at].quoted.median:
                found[at] = p
    return list(found.values())


def label(p: Point, others: list[Point]) -> str:
    kind = p.axes.get("page", "")
    alone = sum(o.benchmark == p.benchmark for o in others) == 1
    return p.benchmark if alone and kind in ("", "base") else f"{p.benchmark} {kind}".strip()


def _answer(best: list[Point], dots: list[Dot], unit: str) -> str:
    base = [(d, p) for d, p in zip(dots, best) if p.axes.get("page", "base") == "base"]
    said = f"Least: {dots[0].name}, {show(dots[0].value, unit)}."
    if len(base) > 1 and base[0][0] is not dots[0]:
        said += f" Of small pages: {base[0][0].name}, {show(base[0][0].value, unit)}."
    return said + (f" Most: {dots[-1].name}, {show(dots[-1].value, unit)}." if len(dots) > 2 else "")
