# SPDX-License-Identifier: GPL-2.0-or-later
"""Every way to move a page side by side: of each benchmark and page kind the point where a page costs least.

Where functions were counted that is the kernel's path, of a base page for all kinds: that of its folio, shared among
its pages.
"""

from dataclasses import replace

from ..chart import Dot, Dots
from ..run import PATH, Point, Run, Summary
from ..select import axis_label, is_log, table
from ..units import show

ROWS_MAX = 40


def mechanisms(run: Run) -> Dots | None:
    """None where fewer than two benchmarks moved pages at a cost that may be quoted."""
    best = cheapest(run)
    if len({p.benchmark for _, p in best}) < 2:
        return None
    metric = run.metrics[best[0][1].primary]
    points = [p for _, p in best if p.primary == metric.name][:ROWS_MAX]
    dots = [Dot(label(p, points), s.median, s.lo, s.hi, p.outcome == "unstable") for p in points if (s := of_page(p))]
    return Dots(
        slug="mechanisms",
        title="Which way of moving a page costs least?",
        answer=_answer(points, dots, metric.unit),
        note="of each benchmark and page kind the point where a page costs least; the table has its parameters"
        + ("; the kernel's path, of a base page" if metric.name == PATH else ""),
        unit=metric.unit,
        table=table(points, metric),
        x_label=axis_label(metric),
        log=is_log([d.value for d in dots], 20),
        dots=dots,
    )


def cheapest(run: Run) -> list[tuple[float, Point]]:
    """The cost of a page and the point, least first."""
    found: dict[tuple[str, str], tuple[float, Point]] = {}
    for p in run.points:
        s = of_page(p)
        at = p.benchmark, p.axes.get("page", "")
        if s and p.primary.startswith(("page_", "path_")) and (at not in found or s.median < found[at][0]):
            found[at] = s.median, p
    return sorted(found.values(), key=lambda f: f[0])


def of_page(p: Point) -> Summary | None:
    """What a base page costs."""
    s, folios, pages = p.quoted, p.value("folios"), p.value("pages_moved")
    if not s or p.primary != PATH:
        return s
    if not folios or not pages or not pages.median:
        return None
    share = folios.median / pages.median
    return replace(s, median=s.median * share, lo=s.lo and s.lo * share, hi=s.hi and s.hi * share)


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
