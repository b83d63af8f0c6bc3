# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a run folder; results/README.md is the dictionary of its files.

Every file is held against the manifest first, so that nothing cut, edited or foreign is ever drawn.
"""

import csv
import hashlib
import json
import math
import sys
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator

from .fault import Fault

SCHEMA = 1
PATH = "path_insns"  # what gates a counted point whose functions are known
BESIDE = ("page_insns", "wait_insns", "copied_bytes", "zeroed_bytes")  # and what it does not show
COLUMNS = {
    "samples.csv": ["session", "order", "point", "rep", "warmup", "metric", "value", "status"],
    "points.csv": ["point", "benchmark", "revision", "primary", "figure", "params"]
    + ["outcome", "reason", "detail", "settings"],
    "metrics.csv": ["name", "unit", "better", "class", "meaning"],
    "summary.csv": ["point", "metric", "n", "sessions", "median", "lo", "hi", "coverage", "mad", "p90", "p99"]
    + ["between", "n_all", "median_all"],
    "series.csv": ["session", "point", "rep", "series", "x", "y"],
    "model.csv": ["benchmark", "pair", "mapping", "term", "unit", "value", "lo", "hi", "residual", "note"],
}
NEWER = {"points.csv": 1, "summary.csv": 3}  # so many of the last columns are missing in runs of the first version
csv.field_size_limit(1 << 20)


@dataclass
class Metric:
    name: str
    unit: str
    better: str
    cls: str
    meaning: str


@dataclass
class Summary:
    """One row of summary.csv; an absent number is None."""

    n: int
    sessions: int
    median: float
    lo: float | None
    hi: float | None
    coverage: float | None
    mad: float | None
    p90: float | None
    p99: float | None
    between: float | None  # sessions, as a share of the median
    n_all: float | None  # with samples that are marked
    median_all: float | None

    @property
    def spread(self) -> float | None:
        """The larger of within and between sessions, as a share; a single sample has none."""
        within = self.mad / self.median if self.mad is not None and self.median > 0 else None
        return max((x for x in (within, self.between) if x is not None), default=None)

    @property
    def within(self) -> float:
        """Scatter inside a session as a share; 0 where none is known."""
        return self.mad / self.median if self.mad and self.median > 0 else 0.0


@dataclass
class Point:
    key: str
    benchmark: str
    revision: str
    primary: str  # the metric's full name ("page_insns"), or "" when nothing was measured
    figure: str
    outcome: str
    reason: str
    detail: str
    axes: dict[str, str]  # as in the key: {"size": "1m", "pair": "0:1"}
    params: dict[str, str]  # base units: {"size": "1048576", "from": "0", "to": "1"}
    summary: dict[str, Summary] = field(default_factory=dict)

    def value(self, metric: str) -> Summary | None:
        """That metric's summary, if the point has one that may be quoted."""
        return self.summary.get(metric) if self.outcome in ("ok", "unstable") else None

    @property
    def outcome_text(self) -> str:
        """The outcome, and whether the caches of both nodes could hold what was moved."""
        caches, size = self.params.get("caches", ""), self.params.get("size", "")
        within = caches.isdigit() and size.isdigit() and int(size) <= int(caches)
        return self.outcome + (", within cache" if within and self.outcome in ("ok", "unstable") else "")

    @property
    def quoted(self) -> Summary | None:
        return self.value(self.primary)


@dataclass
class Samples:
    """The primary metric's samples of one point, in file order."""

    session: "array[int]"
    order: "array[int]"
    rep: "array[int]"
    warmup: "array[int]"
    value: "array[float]"


@dataclass
class Series:
    """A curve that one repetition of a point recorded."""

    name: str
    session: int
    rep: int
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)


@dataclass
class Run:
    path: Path
    name: str
    complete: bool
    env: dict[str, Any]
    metrics: dict[str, Metric]
    points: list[Point]
    samples: dict[str, Samples]
    counters: set[str]  # metrics that were counted in repetitions of their own
    series: dict[str, list[Series]]
    model: list[dict[str, str]]
    topology: str  # hwloc XML, or "" when the run has none
    sample_rows: int

    @property
    def mode(self) -> str:
        """hardware, counted or fast."""
        sessions = self.env.get("sessions")
        first = sessions[0] if isinstance(sessions, list) and sessions and isinstance(sessions[0], dict) else {}
        return str(first.get("mode") or self.fact("mode") or "hardware")

    @property
    def load_allowed(self) -> bool:
        """Were samples taken whatever else the machine did?"""
        sessions = self.env.get("sessions")
        parts = [self.env, *(sessions if isinstance(sessions, list) else [])]
        soft = [part.get("soft") for part in parts if isinstance(part, dict)]
        return any(isinstance(facts, dict) and facts.get("load.allowed") is True for facts in soft)

    def fact(self, name: str) -> Any:
        for part in ("hard", "soft"):
            facts = self.env.get(part)
            if isinstance(facts, dict) and facts.get(name) not in (None, "", [], {}):
                return facts[name]
        return None


def load(path: Path) -> Run:
    """Reads a sealed folder. Fault when there is none, or when it is not what its manifest says."""
    manifest = _manifest(path)
    files = manifest["files"]
    rows = {name: _check(path, name, entry) for name, entry in files.items()}
    env = _json(path / "env.json")
    if env.get("schema") != SCHEMA:
        raise Fault(f"{path}/env.json has schema {env.get('schema')!r}; this report writer reads schema {SCHEMA}")
    metrics = {m.name: m for m in (Metric(*row) for row in _rows(path, "metrics.csv", rows))}
    points = [_point(row, metrics) for row in _rows(path, "points.csv", rows)]
    _fill_axes(points)
    _add_summary(path, rows, metrics, points)
    model = [dict(zip(COLUMNS["model.csv"], r)) for r in _rows(path, "model.csv", rows)] if "model.csv" in files else []
    topology = (path / "topology.xml").read_text(encoding="utf-8", errors="replace") if "topology.xml" in files else ""
    series = _series(path, rows, points) if "series.csv" in files else {}
    samples, counters, count = _samples(path, rows, metrics, points, series)
    return Run(
        path,
        path.resolve().name,
        bool(manifest.get("complete")),
        env,
        metrics,
        points,
        samples,
        counters,
        series,
        model,
        topology,
        count,
    )


def _manifest(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        raise Fault(f"{path} is not a folder; name a run folder, like results/runs/latest")
    if not (path / "manifest.json").is_file():
        if path.name.endswith(".part"):
            raise Fault(f"{path} is a run in progress or cut short; close it with `nodehop recover {path}`")
        raise Fault(f"{path} has no manifest.json, so it is not a run folder")
    manifest = _json(path / "manifest.json")
    files = manifest.get("files")
    if not isinstance(files, dict):
        raise Fault(f"{path}/manifest.json does not list its files; the folder is damaged or from another program")
    for name in ("samples.csv", "points.csv", "metrics.csv", "summary.csv", "env.json"):
        if name not in files:
            raise Fault(f"{path}/manifest.json does not list {name}; the folder is damaged or of another schema")
    return manifest


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Fault(f"{path} is missing") from None
    except ValueError as e:
        raise Fault(f"{path} is not JSON: {e}") from None
    if not isinstance(value, dict):
        raise Fault(f"{path} is not a JSON object")
    return value


def _check(path: Path, name: str, entry: Any) -> int | None:
    """Holds one file against the manifest; the number of rows it must have."""
    if "/" in name or name.startswith(".") or not isinstance(entry, dict):
        raise Fault(f"{path}/manifest.json has no valid entry for {name!r}")
    digest = hashlib.sha256()
    try:
        with open(path / name, "rb") as f:
            while block := f.read(1 << 20):
                digest.update(block)
    except FileNotFoundError:
        raise Fault(f"{path}/{name} is missing, though the manifest lists it") from None
    if digest.hexdigest() != entry.get("sha256"):
        raise Fault(f"{path}/{name} is not the file that the manifest describes (cut, edited or mixed up)")
    return entry.get("rows")


def _rows(path: Path, name: str, expected: dict[str, int | None]) -> Iterator[list[str]]:
    """The rows of a CSV file below its header, each as wide as the newest version's header."""
    columns = COLUMNS[name]
    older = columns[: len(columns) - NEWER.get(name, 0)]
    count = 0
    with open(path / name, newline="", encoding="utf-8", errors="replace") as f:
        reader = csv.reader(f, strict=True)
        try:
            header = next(reader, None)
            if header not in (columns, older):
                raise Fault(f"{path}/{name} has other columns than {','.join(columns)}; it is of another schema")
            for row in reader:
                if len(row) != len(header):
                    raise Fault(f"{path}/{name} line {reader.line_num}: {len(row)} columns, not {len(header)}")
                count += 1
                yield row + [""] * (len(columns) - len(header))
        except csv.Error as e:
            raise Fault(f"{path}/{name} line {reader.line_num}: {e}") from None
    if expected.get(name) is not None and count != expected[name]:
        raise Fault(f"{path}/{name} has {count} rows, the manifest says {expected[name]}")


def _point(row: list[str], metrics: dict[str, Metric]) -> Point:
    key, benchmark, revision, primary, figure, params, outcome, reason, detail, _settings = row
    axes = dict(part.split("=", 1) for part in key.split(" ")[1:] if "=" in part)
    base_units = dict(part.split("=", 1) for part in params.split(";") if "=" in part)
    return Point(
        key, benchmark, revision, _full_name(primary, metrics), figure, outcome, reason, detail, axes, base_units
    )


def _fill_axes(points: list[Point]) -> None:
    """A key leaves out an axis at its default. Where another key of the benchmark has one, all points do."""
    turned: dict[str, dict[str, None]] = {}
    for p in points:
        turned.setdefault(p.benchmark, {}).update(dict.fromkeys(p.axes))
    for p in points:
        p.axes = {a: v for a in turned[p.benchmark] if (v := p.axes.get(a) or p.params.get(a)) is not None}


def _full_name(primary: str, metrics: dict[str, Metric]) -> str:
    """The metric that a struct's short name ("page") stands for in this run; "" when it was not recorded."""
    for name in (primary, primary + "_ns", primary + "_insns"):
        if name in metrics:
            return name
    return ""


def _number(text: str) -> float | None:
    """A finite number, or None for an empty cell. ValueError for anything else."""
    if not text:
        return None
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _add_summary(path: Path, rows: dict[str, int | None], metrics: dict[str, Metric], points: list[Point]) -> None:
    """Hangs the summary's rows on their points; untimed metrics are refused, whatever the file holds."""
    by_key = {p.key: p for p in points}
    for row in _rows(path, "summary.csv", rows):
        key, metric = row[0], row[1]
        if key not in by_key or metric not in metrics:
            raise Fault(f"{path}/summary.csv names {key!r} / {metric!r}, which the other files do not know")
        if metrics[metric].cls == "untimed":
            continue
        try:
            median, *others = map(_number, row[4:])
            if median is not None:
                by_key[key].summary[metric] = Summary(int(row[2]), int(row[3]), median, *others)
        except ValueError:
            raise Fault(
                f"{path}/summary.csv: {key!r} / {metric!r} has a value that is not a number: {','.join(row[2:])}"
            ) from None


def _series(path: Path, rows: dict[str, int | None], points: list[Point]) -> dict[str, list[Series]]:
    """The curves of points that ended well, by point."""
    good = {p.key for p in points if p.outcome in ("ok", "unstable")}
    found: dict[tuple[str, str, str, str], Series] = {}
    for session, key, rep, name, x, y in _rows(path, "series.csv", rows):
        try:
            s = found.setdefault((key, session, rep, name), Series(name, int(session), int(rep)))
            s.x.append(_number(x) or 0.0)
            s.y.append(_number(y) or 0.0)
        except ValueError:
            raise Fault(f"{path}/series.csv: {key!r} / {name!r} has a value that is not a number: {x},{y}") from None
    out: dict[str, list[Series]] = {}
    for (key, *_), s in found.items():
        if key in good:
            out.setdefault(key, []).append(s)
    return out


def _drop_warmups(series: dict[str, list[Series]], warm: set[tuple[str, str, str]]) -> None:
    for key, curves in series.items():
        retained = [s for s in curves if (key, str(s.session), str(s.rep)) not in warm]
        series[key] = retained or curves


def _samples(
    path: Path,
    rows: dict[str, int | None],
    metrics: dict[str, Metric],
    points: list[Point],
    series: dict[str, list[Series]],
) -> tuple[dict[str, Samples], set[str], int]:
    """The primary metric's samples of every point, and which metrics are counters. The other metrics are passed by, for
    memory's sake; the last is the number of rows."""
    warm: set[tuple[str, str, str]] = set()
    wanted = {p.key: sys.intern(p.primary) for p in points if p.primary and metrics[p.primary].cls != "untimed"}
    found: dict[str, Samples] = {}
    counters: set[str] = set()
    count = 0
    for session, order, key, rep, warmup, metric, value, status in _rows(path, "samples.csv", rows):
        count += 1
        if warmup == "1" and key in series:
            warm.add((key, session, rep))
        if status.startswith("counters"):
            counters.add(metric)
        if wanted.get(key) != metric:
            continue
        s = found.get(key)
        if s is None:
            s = found[key] = Samples(array("H"), array("L"), array("L"), array("B"), array("d"))
        try:
            s.value.append(float(value))
            s.session.append(int(session))
            s.order.append(int(order))
            s.rep.append(int(rep))
            s.warmup.append(int(warmup))
        except (ValueError, OverflowError):
            raise Fault(
                f"{path}/samples.csv row {count + 1}: not a number: {session},{order},{rep},{warmup},{value}"
            ) from None
    _drop_warmups(series, warm)
    return found, counters, count
