# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the cost comes from: the fitted cost per call, per folio and per byte of model.csv."""

from ..chart import Cell, Dot, Panel, Split, Table
from ..run import Run
from ..units import exact, show

TERMS = {"call": "a call", "folio": "a folio", "byte": "a byte"}


def split(run: Run) -> Split | None:
    """None without model.csv, or when nothing in it could be fitted."""
    if run.mode == "fast":  # its times mean nothing, nor does what was fitted to them
        return None
    fitted = [r for r in run.model if r["term"] in TERMS and r["value"]]
    if not fitted:
        return None
    rows = list(dict.fromkeys(_name(r) for r in fitted))
    panels = [_panel(term, fitted) for term in TERMS]
    table = Table(
        ["benchmark", "pair", "mapping", "term", "value", "interval", "residual", "note"], [_row(r) for r in run.model]
    )
    return Split(
        slug="cost-split",
        title="Where the cost comes from: each call, each folio, each byte",
        answer=_answer(fitted),
        note=_note(run),
        unit="",
        table=table,
        panels=[p for p in panels if p.dots],
        rows=rows,
    )


def _name(r: dict[str, str]) -> str:
    return f"{r['benchmark']} {r['pair']} {r['mapping']}".replace("  ", " ").strip()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _panel(term: str, fitted: list[dict[str, str]]) -> Panel:
    mine = [r for r in fitted if r["term"] == term]
    dots = [Dot(_name(r), float(r["value"]), _number(r["lo"]), _number(r["hi"])) for r in mine]
    return Panel(TERMS[term], mine[0]["unit"] if mine else "", dots, any(map(_is_artefact, mine)))


def _is_artefact(r: dict[str, str]) -> bool:
    """All instructions of a byte are; those of the path leave the loops out that copy and clear."""
    return r["term"] == "byte" and r["unit"] == "instructions"


def _row(r: dict[str, str]) -> list[Cell]:
    value, lo, hi, residual = (_number(r[k]) for k in ("value", "lo", "hi", "residual"))
    bounds = f"{exact(lo, r['unit'])} to {exact(hi, r['unit'])}" if lo is not None and hi is not None else ""
    return [
        Cell(r["benchmark"], r["benchmark"]),
        Cell(r["pair"], r["pair"]),
        Cell(r["mapping"], r["mapping"]),
        Cell(r["term"], r["term"]),
        Cell(exact(value, r["unit"]), value if value is not None else ""),
        Cell(bounds),
        Cell(show(residual, "share"), residual if residual is not None else ""),
        Cell(r["note"], r["note"]),
    ]


def _answer(fitted: list[dict[str, str]]) -> str:
    """Per call and per folio of each model; bytes are never headlined."""
    said = []
    for name in list(dict.fromkeys(_name(r) for r in fitted))[:4]:
        parts = [
            f"{show(float(r['value']), r['unit'])} {TERMS[r['term']]}"
            for r in fitted
            if _name(r) == name and r["term"] != "byte"
        ]
        if parts:
            said.append(f"{name}: " + ", ".join(parts))
    notes = dict.fromkeys(f"{_name(r)}: {r['note']}" for r in fitted if r["note"])
    return ". ".join(["; ".join(said), *list(notes)[:3]]) + "." if said else ""


def _note(run: Run) -> str:
    worst = [v for r in run.model if (v := _number(r["residual"])) is not None]
    said = f"largest residual {show(max(worst), 'share')}" if worst else "the table shows the residuals"
    if any(_is_artefact(r) and r["value"] for r in run.model):
        said += (
            "; hatched: string instructions are counted by iteration, so the cost per byte is the emulator's artefact"
        )
    return said
