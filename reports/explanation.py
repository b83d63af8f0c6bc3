# SPDX-License-Identifier: GPL-2.0-or-later
"""An explanation, as `nodehop explain --json` prints it, as a chart: functions by their share of a point's cost."""

import json
import math
from pathlib import Path
from typing import Any

from .chart import Cell, Dot, Dots, Table
from .fault import Fault
from .select import slug
from .units import exact

SCHEMA = 1
FUNCTIONS = 16  # more are summed up in a row


def load(path: Path) -> Dots:
    """Fault when the file holds no explanation, or one without functions."""
    try:
        j = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise Fault(f"{path} is no JSON: {e}; `nodehop explain POINT --json > FILE` writes an explanation") from None
    if not isinstance(j, dict) or "explain_schema" not in j:
        raise Fault(f"{path} is no explanation; `nodehop explain POINT --json > FILE` writes one")
    if j["explain_schema"] != SCHEMA:
        raise Fault(f"{path} is an explanation of schema {j['explain_schema']!r}; this report writer reads {SCHEMA}")
    try:
        if not j.get("functions"):
            raise Fault(f"{path} explains nothing of {j['point']}: it is {j['outcome']}: {j.get('detail', '')}")
        _check(path, j["functions"])
        return _chart(j)
    except (KeyError, TypeError, AttributeError) as e:
        raise Fault(f"{path} is damaged: {e!r}") from None


def _check(path: Path, functions: list[dict[str, Any]]) -> None:
    """What medians leave for the rest may be a little below 0."""
    for f in functions:
        if not isinstance(f["name"], str) or not isinstance(f["work"], str):
            raise Fault(f"{path} is damaged: a function {f['name']!r} of work {f['work']!r}")
        if not -0.01 <= f["share"] <= 1 or not math.isfinite(f["value"]):
            raise Fault(f"{path}: {f['name']} has a share of {f['share']}, a value of {f['value']}; a share is 0 to 1")


def _rows(j: dict[str, Any]) -> list[dict[str, Any]]:
    """The largest functions, and the sum of the rest."""
    rest = j["functions"][FUNCTIONS:]
    if not rest:
        return list(j["functions"])
    total = {key: sum(f[key] for f in rest) for key in ("share", "value")}
    return [*j["functions"][:FUNCTIONS], {"name": f"({len(rest)} more)", "work": "", **total}]


def _chart(j: dict[str, Any]) -> Dots:
    unit, rows = j["unit"], _rows(j)
    return Dots(
        slug=slug("explain", j["point"]),
        title=f"Where does the kernel spend the time of {j['point']}?",
        answer=j["sentence"],
        note=" ".join(s for s in ("nodehop explain", j["basis"], j.get("stamp", "")) if s),
        unit="share",
        table=Table(
            ["share", f"per {j['per']}", "kernel function", "work"],
            [
                [
                    Cell(f"{100 * f['share']:.1f} %", f["share"]),
                    Cell(exact(f["value"], unit), f["value"]),
                    Cell(f["name"], f["name"]),
                    Cell(f["work"], f["work"]),
                ]
                for f in rows
            ],
        ),
        x_label="share of the time, as traced",
        dots=[Dot(f"{f['name']}: {f['work']}" if f["work"] else f["name"], f["share"]) for f in rows],
    )
