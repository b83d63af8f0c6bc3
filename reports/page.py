# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts figures, tables and sentences into report.html and report.md."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import choose, draw, style
from .chart import Cell, Chart, Table
from .run import Point, Run
from .units import exact, show

TEMPLATES = Path(__file__).parent / "templates"
ROWS_MAX = 2500         # of one table in the page; the CSV files hold the rest
OUTCOMES = {
    "unstable": "verified, but too noisy to quote",
    "skipped": "this machine lacks it",
    "blocked": "this machine has it, but it may not or cannot be measured here",
    "wrong": "data differ, or a page is not where the kernel's own result says it is",
    "broken": "the fault of the harness, or a callback, deadline or signal",
}


def write(run: Run, out: Path) -> None:
    """Draws everything there is to draw and writes report.html, report.md and figures/ into the folder."""
    style.use()
    (out / "figures").mkdir(parents=True, exist_ok=True)
    sections = [(name, points, choose.of_benchmark(run, points)) for name, points in choose.by_benchmark(run).items() if name != "null"]
    headline = headline_of([c for _, _, charts in sections for c in charts])
    page = context(run) | {
        "headline": headline and figure(headline, run, out),
        "sections": [(name, about(points), [figure(c, run, out) for c in charts if c is not headline]) for name, points, charts in sections],
    }
    env = environment()
    (out / "report.html").write_text(env.get_template("report.html").render(page), encoding="utf-8")
    (out / "report.md").write_text(env.get_template("report.md").render(page), encoding="utf-8")


def environment() -> Environment:
    env = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=lambda name: name is not None and name.endswith(".html"),
                      undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    env.filters["md"] = markdown
    env.globals["css"] = Markup(style.css() + (TEMPLATES / "report.css").read_text(encoding="utf-8"))
    env.globals["js"] = Markup((TEMPLATES / "report.js").read_text(encoding="utf-8"))
    return env


def markdown(text: Any) -> str:
    """Text that Markdown leaves alone, also inside a table."""
    for c in "\\`*_[]<>|#":
        text = str(text).replace(c, "\\" + c)
    return text.replace("\n", " ")


def headline_of(charts: list[Chart]) -> Chart | None:
    """What it costs to move a page, where that was measured; else the first chart there is."""
    moves = [c for c in charts if c.slug.startswith("move-pages-page-") and c.slug.endswith("by-batch")]
    return (moves or charts or [None])[0]


def figure(chart: Chart, run: Run, out: Path) -> dict[str, Any]:
    drawing = draw.draw(chart)
    source = ", ".join(str(v) for v in (run.name, run.fact("machine"), run.fact("kernel_release") or run.fact("kernel"), chart.note) if v)
    style.finish(drawing, chart.title, source, run.mode)
    return {"chart": chart, "svg": Markup(style.save(drawing, out / "figures", chart.slug)), "table": chart.table}


def about(points: list[Point]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for p in points:
        counts[p.outcome] += 1
    return ", ".join(f"{n} {outcome}" for outcome, n in counts.items())


def context(run: Run) -> dict[str, Any]:
    """Everything of the page that is no figure."""
    shown = [p for p in run.points if p.quoted]
    return {
        "run": run, "stamp": style.STAMPS.get(run.mode, ""), "facts": facts(run), "floor": choose.floor_sentence(run),
        "points_ok": len(shown), "missing": missing(run), "outcomes": OUTCOMES, "points": points_table(run),
        "metrics": metrics_table(run), "rerun": rerun(run, "POINT"), "points_left_off": max(0, len(run.points) - ROWS_MAX),
    }


def facts(run: Run) -> list[tuple[str, str]]:
    wanted = [("machine", ("machine", "topology", "model")), ("mode", ("mode",)), ("kernel", ("kernel_release", "kernel")),
              ("QEMU", ("qemu",)), ("CPU", ("cpu_model",))]
    found = [(label, next((str(v) for n in names if (v := run.fact(n))), "")) for label, names in wanted]
    sessions = run.env.get("sessions") or []
    return [(a, b) for a, b in found if b] + [("sessions", str(len(sessions))), ("samples", show(run.sample_rows))]


def missing(run: Run) -> list[dict[str, Any]]:
    """The points without a number that may be quoted, by outcome and reason, gravest first."""
    groups: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for p in run.points:
        if p.outcome != "ok":
            groups[p.outcome, p.reason].append(p)
    gravity = list(OUTCOMES)
    return [{"outcome": o, "reason": r, "points": ps, "details": list(dict.fromkeys(p.detail for p in ps))[:5]}
            for (o, r), ps in sorted(groups.items(), key=lambda g: -gravity.index(g[0][0]) if g[0][0] in gravity else -9)]


def rerun(run: Run, key: str) -> str:
    return f"nodehop run {key}"


def points_table(run: Run) -> Table:
    rows = []
    for p in run.points[:ROWS_MAX]:
        s = p.quoted
        unit = run.metrics[p.primary].unit if s else ""
        rows.append([Cell(p.key, p.key), Cell(p.primary if s else "", p.primary), Cell(exact(s.median, unit) if s else "", s.median if s else ""),
                     choose.interval(s.lo, s.hi, unit) if s else Cell(""), Cell(str(s.n) if s else "", s.n if s else ""),
                     Cell(p.outcome, p.outcome), Cell(": ".join(t for t in (p.reason, p.detail) if t), p.reason)])
    return Table(["point", "metric", "median", "interval", "n", "outcome", "why"], rows)


def metrics_table(run: Run) -> Table:
    """Every metric of every point but the primary ones: pages left behind, costs a call, counters."""
    rows = []
    for p in run.points:
        for name, s in p.summary.items():
            if name != p.primary and len(rows) < ROWS_MAX:
                unit = run.metrics[name].unit
                rows.append([Cell(p.key, p.key), Cell(name, name), Cell(exact(s.median, unit), s.median), Cell(exact(s.mad or 0, unit), s.mad or 0), Cell(str(s.n), s.n)])
    return Table(["point", "metric", "median", "MAD", "n"], rows)
