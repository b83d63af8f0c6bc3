# SPDX-License-Identifier: GPL-2.0-or-later
"""An A/A record, as `nodehop ab --aa` writes it: what one machine measures when nothing differs."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .fault import Fault

SCHEMA = 1


@dataclass
class AAPoint:
    point: str
    metric: str
    floor: float | None  # log ratio
    margin: float | None  # log ratio
    within: float | None  # MAD over median in a session
    between: float | None  # the same between sessions
    verdict: str


@dataclass
class Record:
    machine: str
    mode: str
    kernel: str
    sessions: int
    judged: int  # points that were judged as if the labels were A and B
    regressed: int  # ... and called changed, which is false
    improved: int
    points: list[AAPoint]


def load(path: Path) -> Record:
    try:
        j = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as e:
        raise Fault(f"{path} is not JSON: {e}") from None
    if not isinstance(j, dict) or "aa_schema" not in j:
        raise Fault(f"{path} is not an A/A record; `nodehop ab --aa` writes one")
    if j["aa_schema"] != SCHEMA:
        raise Fault(f"{path} is an A/A record of schema {j['aa_schema']!r}; this report writer reads schema {SCHEMA}")
    try:
        alarms = j["false_alarms"]
        return Record(
            machine=j["machine"],
            mode=j["mode"],
            kernel=j["kernel"],
            sessions=j["sessions"],
            judged=alarms["points"],
            regressed=alarms["regressed"],
            improved=alarms["improved"],
            points=[_point(p) for p in j["points"]],
        )
    except (KeyError, TypeError) as e:
        raise Fault(f"{path}: the A/A record lacks or garbles {e}") from None


def find(root: Path, hard: Any) -> Record | None:
    """The newest record below root/MACHINE/aa/ measured under these hard facts, memory sizes aside."""
    for path in sorted(root.glob("*/aa/*.json"), key=lambda p: p.stat().st_mtime, reverse=True):
        try:
            found = json.loads(path.read_text(encoding="utf-8")).get("hard")
            if isinstance(found, dict) and isinstance(hard, dict) and _bare(found) == _bare(hard):
                return load(path)
        except (ValueError, AttributeError, Fault):
            continue  # a stray file among the records is no reason to draw nothing
    return None


def _bare(hard: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in hard.items() if k != "node.memory_bytes"}


def _point(p: dict[str, Any]) -> AAPoint:
    def number(key: str) -> float | None:
        value = p.get(key)
        return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None

    return AAPoint(
        point=p["point"],
        metric=p["metric"],
        floor=number("floor"),
        margin=number("margin"),
        within=number("within"),
        between=number("between"),
        verdict=p["verdict"],
    )
