# SPDX-License-Identifier: GPL-2.0-or-later
"""A comparison of two runs, as `nodehop compare --format=json` and the gate write it: judged there, only read here."""

import json
import math
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .fault import Fault

SCHEMA = 1
VERDICTS = {  # in the order in which readers want to hear of them
    "regressed": "worse by more than the margin",
    "semantics": "a status, count or outcome differs",
    "error": "wrong or broken on a side",
    "flagged": "beyond its margin in a gate; fresh sessions did not settle it",
    "unstable": "disturbed or too noisy to judge",
    "inconclusive": "not shown either way: beyond the margin, or the interval spans, or there is none",
    "improved": "better by more than the margin",
    "small": "differs, but by less than the margin",
    "pass": "within its margin, and no worse than the bound",
    "skipped": "not measured on both sides",
    "incomparable": "measured differently",
    "shown": "not judged",
}


@dataclass
class Row:
    """One point and metric. Shares are b/a - 1; absent numbers are None."""

    point: str
    benchmark: str
    metric: str
    unit: str
    better: str
    primary: bool
    gating: bool
    verdict: str
    why: str
    a: float | None
    b: float | None
    change: float | None
    lo: float | None
    hi: float | None
    coverage: float | None
    p_holm: float | None
    estimate: float | None  # log ratio, positive is worse
    margin: float | None  # log ratio
    catches: float | None  # log ratio
    pairs: int


@dataclass
class Comparison:
    a: dict[str, Any]  # run, kernel, build, machine, mode, sessions
    b: dict[str, Any]
    variant: str
    ignored: list[dict[str, Any]]
    differing: list[dict[str, Any]]
    alpha: float
    margin_from: str
    needs_sessions: int
    gate: bool
    notes: list[str]  # sentences on how it was judged
    undecided: str  # why the whole is open, whatever single points say
    rows: list[Row]

    def primary(self) -> list[Row]:
        return [r for r in self.rows if r.primary]


def judge(base: Path, run: Path, variant: str | None) -> Comparison:
    """Asks nodehop itself. Fault with its own sentence when it cannot compare."""
    program = os.environ.get("NODEHOP") or str(Path(__file__).resolve().parent.parent / "build" / "nodehop")
    words = [program, "compare", str(base), str(run), "--format=json"] + (["--variant", variant] if variant else [])
    try:
        ended = subprocess.run(words, capture_output=True, text=True, timeout=600)
    except OSError as e:
        raise Fault(f"cannot run {program} to compare: {e.strerror}; build it, or say `nodehop report`") from None
    if ended.returncode not in (0, 1, 3, 4, 5):
        said = ended.stderr.strip().splitlines() or [f"{program} compare ended with {ended.returncode}"]
        raise Fault(said[0].removeprefix("nodehop: ").removeprefix("nodehop compare: "))
    return parse(ended.stdout, "what nodehop compare printed")


def load(path: Path) -> Comparison:
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except UnicodeDecodeError:
        raise Fault(f"{path} is not JSON") from None


def parse(text: str, where: str) -> Comparison:
    try:
        j = json.loads(text)
    except ValueError as e:
        raise Fault(f"{where} is not JSON: {e}") from None
    if not isinstance(j, dict) or "comparison_schema" not in j:
        raise Fault(f"{where} is not a comparison; `nodehop compare --format=json` and `nodehop gate` write one")
    if j["comparison_schema"] != SCHEMA:
        raise Fault(
            f"{where} is a comparison of schema {j['comparison_schema']!r}; this report writer reads schema {SCHEMA}"
        )
    try:
        return Comparison(
            a=dict(j["a"]),
            b=dict(j["b"]),
            variant=j["variant"] or "",
            ignored=list(j["ignored"] or []),
            differing=list(j["differing"] or []),
            alpha=j["alpha"],
            margin_from=j["margin_from"],
            needs_sessions=j["needs_sessions"],
            gate=bool(j["gate"]),
            notes=[str(n) for n in j.get("notes") or []],
            undecided=str(j.get("undecided") or ""),
            rows=[_row(r) for r in j["rows"]],
        )
    except (KeyError, TypeError, ValueError) as e:
        raise Fault(f"{where}: the comparison lacks or garbles {e}") from None


def _row(r: dict[str, Any]) -> Row:
    return Row(
        point=r["point"],
        benchmark=r["benchmark"],
        metric=r["metric"],
        unit=r["unit"],
        better=r["better"],
        primary=bool(r["primary"]),
        gating=bool(r["gating"]),
        verdict=r["verdict"],
        why=r["why"] or "",
        a=_number(r["a"]),
        b=_number(r["b"]),
        change=_number(r["change"]),
        lo=_number(r["change_lo"]),
        hi=_number(r["change_hi"]),
        coverage=_number(r["coverage"]),
        p_holm=_number(r["p_holm"]),
        estimate=_number(r["estimate"]),
        margin=_number(r["margin"]),
        catches=_number(r["catches"]),
        pairs=r["pairs"],
    )


def _number(value: Any) -> float | None:
    """A finite number, or None: infinity ("never") and NaN come as null or as words."""
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    return None
