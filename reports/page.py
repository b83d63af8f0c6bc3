# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts figures, tables and sentences into report.html and report.md."""

import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import charts, facts, machine, select, style
from .aa import Record
from .chart import Cell, Chart, Dots, Table
from .charts.beside import beside
from .charts.counters import uncounted
from .charts.forest import forest, side, table as changes_table
from .charts.left import left, sentence
from .charts.mechanisms import mechanisms
from .charts.noise import noise
from .charts.split import split
from .charts.strip import floor, run_order
from .comparison import VERDICTS, Comparison
from .gallery import Gallery
from .run import BESIDE, PATH, Point, Run
from .units import exact, show

TEMPLATES = Path(__file__).parent / "templates"
ROWS_MAX = 2500  # of one table in the page; the CSV files hold the rest
OUTCOMES = {  # in rising order of gravity
    "unstable": "verified, but disturbed or too noisy to quote",
    "skipped": "this machine lacks it",
    "blocked": "this machine has it, but it may not or cannot be measured here",
    "wrong": "data differ, or a page is not where the kernel's own result says it is",
    "broken": "the benchmark or the harness failed, hung or was interrupted",
}


@dataclass
class Material:
    """What a page is made of: a run, and what it is held against."""

    run: Run
    base: Run | None = None
    comparison: Comparison | None = None
    aa: Record | None = None
    explanation: Dots | None = None


def write(m: Material, out: Path) -> Path:
    """Draws everything there is to draw; writes report.html, report.md and figures/ into the folder, or one page that
    links to nothing beside it into the file NAME.html. The page's path."""
    style.use()
    alone = out.suffix == ".html" and not out.is_dir()
    gallery = Gallery(m.run, None if alone else out / "figures", m.base.name if m.base else "")
    page = context(m, out) | {k: [gallery.hang(c) for c in v] for k, v in general(m).items()} | questions(m, gallery)
    env = environment()
    if alone:
        out.parent.mkdir(parents=True, exist_ok=True)
    paths = {"report.html": out} if alone else {name: out / name for name in ("report.html", "report.md")}
    for name, path in paths.items():
        path.write_text(env.get_template(name).render(page, alone=alone), encoding="utf-8")
    return paths["report.html"]


def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["md"] = markdown
    env.globals["css"] = Markup(style.css() + (TEMPLATES / "report.css").read_text(encoding="utf-8"))
    env.globals["js"] = Markup((TEMPLATES / "report.js").read_text(encoding="utf-8"))
    return env


def markdown(text: Any) -> str:
    """Text that Markdown leaves alone, also inside a table."""
    plain = str(text)
    for c in "\\`*_[]<>|#":
        plain = plain.replace(c, "\\" + c)
    return plain.replace("\n", " ")


def general(m: Material) -> dict[str, list[Chart]]:
    """The charts that belong to the run and to no benchmark."""
    found = machine.parse(m.run.topology)
    return {
        "machine": [machine.chart(found, facts.machine(m.run) or m.run.name)] if found else [],
        "changes": present(forest(m.comparison) if m.comparison else None),
        "costs": present(mechanisms(m.run), beside(m.run), split(m.run), m.explanation),
        "left": present(left(m.run)),
        "trust": present(noise(m.aa) if m.aa else None, floor(m.run), run_order(m.run)),
    }


def present(*found: Chart | None) -> list[Chart]:
    return [c for c in found if c]


def questions(m: Material, gallery: Gallery) -> dict[str, Any]:
    """The charts of each benchmark, and among them the one that is shown first."""
    found = machine.parse(m.run.topology)
    groups = [
        (name, points, charts.of_benchmark(m.run, found, points, m.base))
        for name, points in select.by_benchmark(m.run).items()
        if name != "null"
    ]
    groups.sort(key=lambda g: -len(g[1]))
    headline = headline_of([c for _, _, cs in groups for c in cs])
    sections = [
        {
            "name": name,
            "counts": counts(points),
            "figures": [gallery.hang(c) for c in cs if c is not headline and not is_single(c)],
            "singles": [c for c in cs if is_single(c) and c is not headline],
        }
        for name, points, cs in groups
    ]
    return {
        "headline": headline and gallery.hang(headline),
        "sections": [s for s in sections if s["figures"] or s["singles"]],
    }


def is_single(c: Chart) -> bool:
    """One number is a sentence, not a figure."""
    return isinstance(c, Dots) and len(c.dots) == 1


def headline_of(found: list[Chart]) -> Chart | None:
    """What it costs to move a page, where that was measured; else the first chart there is."""
    moves = [c for c in found if c.slug.startswith(("move-pages-page-", "move-pages-path-"))]
    moves.sort(key=lambda c: not c.slug.endswith("by-batch"))
    return next(iter(moves or found), None)


def counts(points: list[Point]) -> str:
    return ", ".join(f"{n} {outcome}" for outcome, n in Counter(p.outcome for p in points).items())


def context(m: Material, out: Path) -> dict[str, Any]:
    """Everything of the page that is no figure."""
    run, data = m.run, os.path.relpath(m.run.path, out) + "/"
    return {
        "run": run,
        "stamps": facts.stamps(run),
        "everything": everything_table(run),
        "facts": facts.listed(run, counts(run.points)),
        "outcomes": OUTCOMES,
        "missing": missing(run),
        "moved": sentence(run),
        "floor": floor_sentence(run),
        "points": points_table(run),
        "beside": beside_table(run),
        "metrics": metrics_table(run),
        "left_off": max(0, len(run.points) - ROWS_MAX),
        "rerun": facts.rerun(run),
        "command": facts.command(run),
        "data": "" if data == "./" else data,
        "comparison": m.comparison,
        "verdicts": VERDICTS,
        "side": side,
        "others": others_table(m.comparison),
        "base": m.base,
        "uncounted": uncounted(run),
    }


def everything_table(run: Run) -> Table:
    return Table(
        ["fact", "value", "kind"],
        [[Cell(name, name), Cell(value, value), Cell(part, part)] for name, value, part in facts.everything(run)],
    )


def floor_sentence(run: Run) -> str:
    if run.mode == "fast":  # keeps no time: its answers are shares and counts, which the floor says nothing of
        return ""
    for p in run.points:
        if p.benchmark == "null" and (s := p.quoted):
            return f"The harness itself costs {show(s.median, run.metrics[p.primary].unit)} a repetition."
    return "The harness's own floor (benchmark null) was not measured."


def missing(run: Run) -> list[dict[str, Any]]:
    """The points without a number that may be quoted, by outcome and reason, gravest first."""
    groups: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for p in run.points:
        if p.outcome != "ok":
            groups[p.outcome, p.reason].append(p)
    gravity = {o: i for i, o in enumerate(OUTCOMES)}
    return [
        {"outcome": o, "reason": r, "points": ps, "details": list(dict.fromkeys(p.detail for p in ps))[:5]}
        for (o, r), ps in sorted(groups.items(), key=lambda g: -gravity.get(g[0][0], 9))
    ]


def points_table(run: Run) -> Table:
    rows = []
    for p in run.points[:ROWS_MAX]:
        name = p.primary if p.quoted else "pages_moved"  # a lab without time still proves what moved
        s = p.value(name)
        unit = run.metrics[name].unit if s else ""
        rows.append(
            [
                Cell(p.key, p.key),
                Cell(name if s else "", name),
                Cell(exact(s.median, unit), s.median) if s else Cell(""),
                select.interval(s.lo, s.hi, unit) if s else Cell(""),
                spread(s.spread if s else None),
                Cell(str(s.n), s.n) if s else Cell(""),
                Cell(p.outcome_text, p.outcome),
                Cell(why(run, p), p.reason),
            ]
        )
    return Table(["point", "metric", "median", "interval", "spread", "n", "outcome", "why"], rows)


def beside_table(run: Run) -> Table:
    """What a path does not show: all that was executed, what other tasks did meanwhile, bytes copied and cleared."""
    rows = []
    for p in run.points[:ROWS_MAX]:
        if p.primary == PATH and p.quoted:
            found = [(name, p.value(name)) for name in (PATH, *BESIDE)]
            rows.append(
                [Cell(p.key, p.key)]
                + [Cell(exact(s.median, run.metrics[n].unit), s.median) if s else Cell("") for n, s in found]
            )
    titles = ["path of a folio", "all, of a page", "waits, of a folio", "copied, of a page", "cleared, of a page"]
    return Table(["point", *titles], rows)


def spread(share: float | None) -> Cell:
    return Cell("") if share is None else Cell(f"{100 * share:.2f} %", share)


def why(run: Run, p: Point) -> str:
    """The reason with its detail, and what lies between sessions."""
    reason = ": ".join(text for text in (p.reason, p.detail) if text)
    return "; ".join(text for text in (reason, between(run, p)) if text)


def between(run: Run, p: Point) -> str:
    """Names what lies between sessions where it exceeds what may count as a change, and the scatter within."""
    s = p.quoted
    least = 0.001 if s and run.metrics[p.primary].cls == "counted" else 0.02
    far = s is not None and s.between is not None and s.between > least and s.between >= s.within
    return f"between sessions {100 * s.between:.2g} %" if s and s.between and far else ""


def metrics_table(run: Run) -> Table:
    """Every metric of every point but the primary ones: pages left behind, costs a call, counters."""
    rows: list[list[Cell]] = []
    for p in run.points:
        for name in p.summary:
            s = p.value(name)
            if s and name != p.primary and len(rows) < ROWS_MAX:
                unit = run.metrics[name].unit
                rows.append(
                    [
                        Cell(p.key, p.key),
                        Cell(name, name),
                        Cell(exact(s.median, unit), s.median),
                        Cell("") if s.mad is None else Cell(exact(s.mad, unit), s.mad),
                        Cell(str(s.n), s.n),
                    ]
                )
    return Table(["point", "metric", "median", "MAD", "n"], rows)


def others_table(c: Comparison | None) -> Table:
    """The metrics of a comparison that were not judged, and statuses that differ."""
    return changes_table([r for r in c.rows if not r.primary][:ROWS_MAX]) if c else Table([], [])
