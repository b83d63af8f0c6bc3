# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a synthetic run folder: the shape of a real one, numbers from a formula. Nothing in it was ever measured.

    make_run.py DIR [--mode counted] [--nodes 2] [--sessions 6] [--kernel 6.12.0-synthetic] [--shape standard]

Shapes: standard, empty, skipped, one-sample, wide (--points batch sizes), hostile (markup in every name), odd (a
benchmark nobody knows), converge (curves within a repetition), left (pages left behind), few (a quick run), big (--rows
sample rows).
"""

import argparse
import csv
import hashlib
import json
import math
import random
import statistics
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SAMPLES = "session,order,point,rep,warmup,metric,value,status".split(",")
POINTS = "point,benchmark,revision,primary,figure,params,outcome,reason,detail".split(",")
METRICS = "name,unit,better,class,meaning".split(",")
SERIES = "session,point,rep,series,x,y".split(",")
SUMMARY = "point,metric,n,sessions,median,lo,hi,coverage,mad,p90,p99,between,n_all,median_all".split(",")
MODEL = "benchmark,pair,mapping,term,unit,value,lo,hi,residual,note".split(",")
Values = dict[str, Any]
COUNTED = "counted in repetitions of their own"
KIND = {"base": 4096, "64k": 65536, "thp": 2 << 20}
COST = {"counted": (8200, 6400, 0.41, "insns"), "hardware": (2600, 900, 0.12, "ns"), "fast": (9000, 7000, 0.5, "ns")}


def size_text(size: int) -> str:
    for factor, unit in ((1 << 30, "g"), (1 << 20, "m"), (1 << 10, "k")):
        if size % factor == 0:
            return f"{size // factor}{unit}"
    return str(size)


class Run:
    def __init__(self, o: Namespace) -> None:
        self.o = o
        self.random = random.Random(o.seed)
        self.points: list[tuple[Any, ...]] = []
        self.samples: list[tuple[Any, ...]] = []
        self.summary: list[tuple[Any, ...]] = []
        self.model: list[tuple[Any, ...]] = []
        self.series: list[tuple[Any, ...]] = []
        self.metrics: dict[str, tuple[str, str, str, str, str]] = {}
        self.order = 0
        self.keys: set[str] = set()
        self.suffix = COST[o.mode][3]
        self.unit = {"insns": "instructions"}.get(self.suffix, self.suffix)

    def distance(self, a: int, b: int) -> int:
        return 10 if a == b else 21 if a // 2 == b // 2 or self.o.nodes <= 2 else 31

    def metric(self, name: str, unit: str, better: str, meaning: str, exact: bool = False) -> str:
        cls = "exact" if exact else {"counted": "counted", "hardware": "noisy", "fast": "untimed"}[self.o.mode]
        self.metrics.setdefault(name, (name, unit, better, cls, meaning))
        return name

    def cost(self, kind: str, meaning: str) -> str:
        return self.metric(f"{kind}_{self.suffix}", self.unit, "lower", meaning)

    def point(self, benchmark: str, axes: Values, params: Values, values: dict[str, float] | None = None,
              outcome: str = "ok", reason: str = "", detail: str = "", primary: str = "page",
              figure: str = "") -> None:
        """values: {metric: centre}; every centre gets samples scattered about it."""
        key = " ".join([benchmark] + [f"{k}={v}" for k, v in axes.items()])
        if key in self.keys:
            return
        self.keys.add(key)
        if self.o.caches and "from" in params:
            params = params | {"caches": self.o.caches}
        words = ";".join(f"{k}={params[k]}" for k in sorted(params))
        self.points.append((key, benchmark, 1, primary, figure, words, outcome, reason, detail))
        if values:
            self.measure(key, values)

    def measure(self, key: str, values: dict[str, float]) -> None:
        spread = 0.0006 if self.o.mode == "counted" else 0.012
        seen: dict[str, list[float]] = {m: [] for m in values}
        per_session: dict[str, list[float]] = {m: [] for m in values}
        self.order += 1
        for session in range(self.o.sessions):
            order = (self.order * (2 * session + 7)) % 997  # each session has an order of its own
            shift = self.random.gauss(0, spread)
            mine: dict[str, list[float]] = {m: [] for m in values}
            for rep in range(self.o.reps + 2):
                for m, centre in values.items():
                    exact = self.metrics[m][3] == "exact"
                    v = (
                        centre
                        if exact
                        else centre * (1 + shift + abs(self.random.gauss(0, spread)) + (0.3 if rep == 0 else 0))
                    )
                    status = "counters" if self.metrics[m][4] == COUNTED else "ok"
                    self.samples.append((session + 1, order, key, rep, int(rep < 2), m, f"{v:.17g}", status))
                    if rep >= 2:
                        mine[m].append(v)
            for m in values:
                seen[m] += mine[m]
                per_session[m].append(statistics.median(mine[m]))
        if self.o.mode == "fast" and not self.o.careless:
            values = {m: v for m, v in values.items() if self.metrics[m][3] != "untimed"}
        for m in values:
            self.summarise(key, m, seen[m], per_session[m])

    def summarise(self, key: str, m: str, seen: list[float], per_session: list[float]) -> None:
        median = statistics.median(per_session)
        mad = statistics.median(abs(v - median) for v in seen)
        n = len(per_session)
        interval = (min(per_session), max(per_session), f"{1 - 2 * 0.5 ** n:.6g}") if n >= 6 else ("", "", "")
        ordered = sorted(seen)
        tail = [
            f"{ordered[math.ceil(q * len(ordered)) - 1]:.17g}" if len(ordered) >= need else ""
            for q, need in ((0.9, 36), (0.99, 368))
        ]
        between = f"{(max(per_session) - min(per_session)) / abs(median):.17g}" if n > 1 and median else ""
        more = (between, len(seen), f"{median:.17g}")
        self.summary.append((key, m, len(seen), n, f"{median:.17g}", *interval, f"{mad:.17g}", *tail, *more))


def move_cost(o: Namespace, size: int, batch: int, kind: str, distance: int) -> tuple[float, int]:
    call, folio, byte, _ = COST[o.mode]
    folios = max(1, size // KIND[kind])
    calls = math.ceil(folios / batch)
    slow = 1 if o.mode == "counted" else distance / 15
    return calls * call + folios * folio * (1 + o.slower) + size * byte * slow, calls


def counted(run: Run, calls: int, folios: int, kind: str) -> dict[str, float]:
    """Counters, as repetitions of their own record them."""
    run.metrics["PAPI_TOT_INS"] = (
        "PAPI_TOT_INS",
        "count",
        "neither",
        "noisy",
        "not counted: this machine has no counter for it",
    )
    names: dict[str, float] = {
        "tlb_shootdowns": calls * 2,
        "function_call_interrupts": calls * 3,
        "vmstat_pgmigrate_success": folios,
        "vmstat_thp_migration_success": folios if kind == "thp" else 0,
        "PAGE-FAULTS": 0,
    }
    for name in names:
        run.metrics[name] = (name, "count", "neither", "noisy", COUNTED)
    return names


def add_move(run: Run, size: int, batch: int, pair: tuple[int, int], kind: str, benchmark: str = "move_pages",
             extra: Values | None = None, **more: Any) -> None:
    a, b = pair
    total, calls = move_cost(run.o, size, batch, kind, run.distance(a, b))
    pages = size // 4096
    values = {
        run.cost("wall", "cost of a repetition"): total,
        run.cost("page", "cost per base page proven moved"): total / pages,
        run.cost("call", "cost per call"): total / calls,
        run.metric("pages_moved", "pages", "higher", "base pages proven on the target", True): pages,
        run.metric("pages_left", "pages", "lower", "base pages that the kernel reported unmoved", True): 0,
    }
    values |= counted(run, calls, folios=max(1, size // KIND[kind]), kind=kind)
    if run.o.mode == "hardware":
        values[run.metric("rate_bps", "B/s", "higher", "bytes proven moved a second")] = size / total * 1e9
    axes = {"size": size_text(size), "batch": batch, "pair": f"{a}:{b}", "page": kind, **(extra or {})}
    params = {"size": size, "batch": batch, "from": a, "to": b, "page": kind, **(extra or {})}
    run.point(benchmark, axes, params, values, **more)


def standard(run: Run) -> None:
    o = run.o
    wall = run.cost("wall", "cost of a repetition")
    run.point("null", {}, {}, {wall: 81 if o.mode == "counted" else 24}, primary="wall")
    if o.nodes < 2:
        for batch in (1, 8, 64, 512):
            run.point(
                "move_pages",
                {"size": "1m", "batch": batch, "pair": "0:1", "page": "base"},
                {"size": 1 << 20, "batch": batch, "from": 0, "to": 1, "page": "base"},
                None,
                "skipped",
                "no-node",
                "needs 2 nodes, has 1",
            )
        return
    kinds = ("base", "64k", "thp") if o.kernel.startswith("6.12") else ("base", "thp")
    for kind in kinds:
        for batch in (1, 8, 64, 512, 4096):
            size = 4 << 20
            if batch > 8 * (size // KIND[kind]):
                continue
            add_move(run, size, batch, (0, 1), kind)
    if "64k" not in kinds:
        run.point(
            "move_pages",
            {"size": "4m", "batch": 1, "pair": "0:1", "page": "64k"},
            {"size": 4 << 20, "batch": 1, "from": 0, "to": 1, "page": "64k"},
            None,
            "skipped",
            "no-folio-size",
            "needs 64k folios, this kernel offers 2m",
        )
    for size in (64 << 10, 1 << 20, 16 << 20):
        add_move(run, size, 512, (0, 1), "base")
    sources = range(o.nodes) if o.mode == "hardware" else [0]
    for a in sources:
        for b in range(o.nodes):
            if a != b and (o.nodes <= 8 or abs(a - b) in (1, o.nodes // 2)):
                add_move(run, 1 << 20, 512, (a, b), "base")
    fault = run.cost("fault", "cost per touched page")
    for how in ("eager", "lazy_hint", "lazy_mprotect", "user_copy", "stay"):
        for share in (1, 10, 25, 50, 100):
            page = {
                "eager": 8000 * 100 / share,
                "lazy_hint": 12500,
                "lazy_mprotect": 16800,
                "user_copy": 5900 * 100 / share,
                "stay": 40,
            }[how]
            run.point(
                "lazy_vs_eager",
                {"size": "1m", "share": share, "how": how, "pair": "0:1"},
                {"size": 1 << 20, "share": share, "how": how, "from": 0, "to": 1},
                {fault: page},
                primary="fault",
            )
    if o.mode == "counted":
        for threads in (2, 4):
            run.point(
                "move_pages",
                {"size": "4m", "batch": 512, "pair": "0:1", "page": "base", "threads": threads},
                {"size": 4 << 20, "batch": 512, "from": 0, "to": 1, "page": "base", "threads": threads},
                None,
                "blocked",
                "counted-one-cpu",
                f"needs {threads} CPUs at once, counted mode has 1",
            )
    run.point(
        "memcpy",
        {"size": "16m", "pair": "0:1"},
        {"size": 16 << 20, "from": 0, "to": 1},
        {run.metric("rate_bps", "B/s", "higher", "bytes proven moved a second"): 11.3e9}
        if o.mode == "hardware"
        else None,
        *(
            ("ok", "", "")
            if o.mode == "hardware"
            else ("blocked", "lab-has-no-latency", "bandwidth is not emulated; run on hardware")
        ),
        primary="rate_bps",
    )
    run.point(
        "hugetlb_move",
        {"size": "2m", "pair": "0:1"},
        {"size": 2 << 20, "from": 0, "to": 1},
        None,
        "skipped",
        "no-hugetlb",
        "needs 1 free 2m huge page on node 0, has 0",
    )
    for mapping in ("base", "thp"):
        for term, value in zip(("call", "folio", "byte"), COST[o.mode][:3]):
            run.model.append(
                ("move_pages", "0:1", mapping, term, run.unit, value, value * 0.98, value * 1.02, 0.004, "")
            )


def few(run: Run) -> None:
    """A quick run: one benchmark with a sweep, kinds and mechanisms with a point each."""
    for batch in (1, 8, 64):
        add_move(run, 2 << 20, batch, (0, 1), "base")
    add_move(run, 4 << 20, 1, (0, 1), "thp")
    for name, kind in (("mbind", "base"), ("mbind", "thp"), ("user_copy", "base")):
        add_move(run, 4 << 20, 512, (0, 1), kind, name)


def left(run: Run) -> None:
    """Pages that the kernel reported unmoved, by status."""
    asked, moved = run.metric("pages_asked", "pages", "neither", "base pages handed to the kernel", True), run.metric(
        "pages_moved", "pages", "higher", "base pages proven on the target", True
    )
    stayed = run.metric("pages_left", "pages", "lower", "base pages the kernel reported unmoved", True)
    busy = run.metric("left_EBUSY", "pages", "lower", "of them, with status EBUSY", True)
    for kind, n in (("base", 0), ("pinned", 512), ("mapped-2", 64)):
        run.point(
            "move_pages",
            {"size": "2m", "page": kind, "pair": "0:1"},
            {"size": 2 << 20, "page": kind, "from": 0, "to": 1},
            {asked: 512, moved: 512 - n, stayed: n, busy: n},
        )


def converge(run: Run) -> None:
    """Placement over time: curves within a repetition, and counters of exact class."""
    share = run.metric("local_share", "share", "higher", "share of pages local at the end", True)
    passes = run.metric("scan_passes", "count", "lower", "scan passes until 90 % were local", True)
    for balancing, rate in (("off", 0.0), ("on", 0.12), ("eager", 3.0)):
        axes = {"size": "64m", "balancing": balancing, "pair": "0:1"}
        if balancing == "off":
            del axes["balancing"]  # its default: keys leave it out
        run.point(
            "converge",
            axes,
            {"size": 64 << 20, "balancing": balancing, "from": 0, "to": 1},
            {share: round(1 - 0.98 * math.exp(-rate * 60), 3), passes: 20 if rate else 0},
            primary="local_share",
        )
        for session in range(run.o.sessions):
            for rep in range(3):
                for step in range(61):
                    local = 1 - 0.98 * math.exp(-rate * (1 + 0.2 * run.random.random()) * step)
                    for x, at in (("ms", step * 100), ("rounds", step * (1 if rate < 1 else 2000))):
                        run.series.append((session + 1, run.points[-1][0], rep, f"local_share_over_{x}", at, f"{local:.5f}"))


def wide(run: Run) -> None:
    add = run.cost("wall", "cost of a repetition")
    run.point("null", {}, {}, {add: 81}, primary="wall")
    for batch in range(1, run.o.points + 1):
        add_move(run, 1 << 20, batch, (0, 1), "base")


def hostile(run: Run) -> None:
    wall = run.cost("wall", 'cost <script>alert(1)</script> & "more"')
    evil = "frob<script>alert('x')</script>"
    for n in (1, 2, 3):
        run.point(
            evil, {"n": n, "$x_1$": "</title><b>"}, {"n": n, "$x_1$": "</title><b>"}, {wall: 100 * n}, primary="wall"
        )
    run.point(evil, {"n": 4}, {"n": 4}, None, "skipped", "<i>", "<img src=x onerror=alert(1)> $\\frac$ % {{ 7*7 }}")


def odd(run: Run) -> None:
    depth = run.metric("depth", "pages", "lower", "how deep the frobnicator went", True)
    stall = run.cost("stall", "cost of one frob")
    for frob in (1, 2, 4, 8):
        for colour in ("red", "blue"):
            run.point(
                "frobnicate",
                {"frob": frob, "colour": colour},
                {"frob": frob, "colour": colour},
                {stall: 500 * frob**0.5 * (2 if colour == "red" else 1), depth: frob},
                primary="stall",
            )


def one_sample(run: Run) -> None:
    run.o.sessions, run.o.reps = 1, 1
    add_move(run, 1 << 20, 512, (0, 1), "base")


def skipped(run: Run) -> None:
    for batch in (1, 8, 64):
        run.point(
            "move_pages",
            {"size": "1m", "batch": batch, "pair": "0:1", "page": "base"},
            {"size": 1 << 20, "batch": batch, "from": 0, "to": 1, "page": "base"},
            None,
            "skipped",
            "no-node",
            "needs 2 nodes, has 1",
        )


def big(run: Run) -> None:
    run.o.sessions = 10
    run.o.reps = 38
    wall = run.cost("wall", "cost of a repetition")
    run.point("null", {}, {}, {wall: 81}, primary="wall")
    points = max(1, run.o.rows // (5 * 40 * 10))
    for i in range(points):
        add_move(run, (1 << 20) * (1 + i // 64), 1 + i % 64, (0, 1), "base")


SHAPES = {
    "standard": standard,
    "empty": lambda run: None,
    "skipped": skipped,
    "converge": converge,
    "left": left,
    "few": few,
    "one-sample": one_sample,
    "wide": wide,
    "hostile": hostile,
    "odd": odd,
    "big": big,
}


def topology(o: Namespace) -> str:
    """hwloc XML, version 2, of the machine that a lab topology of so many nodes would show."""

    def node(i: int) -> str:
        cpus = 2 if o.mode != "counted" else int(i == 0)
        first = 2 * i if o.mode != "counted" else 0
        mask = sum(1 << (first + c) for c in range(cpus))
        pus = "".join(
            f'<object type="Core" os_index="{first + c}">'
            f'<object type="PU" os_index="{first + c}" cpuset="0x{1 << (first + c):08x}"/></object>'
            for c in range(cpus)
        )
        memory = f'<object type="NUMANode" os_index="{i}" cpuset="0x{mask:08x}" local_memory="{1 << 30}"/>'
        return f'<object type="Package" os_index="{i}">{memory}{pus}</object>' if cpus else memory

    n = o.nodes
    run = Run(o)
    matrix = [str(run.distance(a, b)) for a in range(n) for b in range(n)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE topology SYSTEM "hwloc2.dtd">\n'
        '<topology version="2.0">\n<object type="Machine" os_index="0">'
        + "".join(node(i) for i in range(n))
        + "</object>\n"
        + f'<distances2 type="NUMANode" nbobjs="{n}" kind="5" name="NUMALatency" indexing="os">'
        + f'<indexes length="1">{" ".join(map(str, range(n)))} </indexes>'
        + f'<u64values length="1">{" ".join(matrix)} </u64values></distances2>\n</topology>\n'
    )


def environment(o: Namespace) -> dict[str, Any]:
    lab = o.mode != "hardware"
    hard = {"kernel.release": o.kernel, "knob.thp": "madvise", "schema": 1}
    hard |= (
        {"mode": o.mode, "qemu.version": "synthetic", "topology.sha256": "0"} if lab else {"cpu.model": "Synthetic CPU"}
    )
    hard |= {key: json.loads(value) for key, value in (fact.split("=", 1) for fact in o.hard)}
    soft = {"note": "synthetic data, never measured"} | ({"topology.name": f"synthetic-{o.nodes}n"} if lab else {})
    return {
        "schema": 1,
        "complete": not o.incomplete,
        "hard": hard,
        "soft": soft | dict(fact.split("=", 1) for fact in o.fact),
        "variant": None,
        "sessions": [
            {"session": s + 1, "seed": 1000 * o.seed + s, "mode": o.mode, "argv": "nodehop run", "soft": {}}
            for s in range(o.sessions)
        ],
    }


def write_rows(path: Path, header: list[str], rows: Sequence[Sequence[Any]]) -> int:
    with open(path, "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)
    return len(rows)


def write(run: Run, path: Path) -> None:
    path.mkdir(parents=True)
    run.samples.sort(key=lambda s: (s[0], s[1]))
    rows = {
        "samples.csv": write_rows(path / "samples.csv", SAMPLES, run.samples),
        "points.csv": write_rows(path / "points.csv", POINTS, run.points),
        "metrics.csv": write_rows(path / "metrics.csv", METRICS, list(run.metrics.values())),
        "summary.csv": write_rows(path / "summary.csv", SUMMARY, run.summary),
        "env.json": 0,
        "topology.xml": 0,
    }
    if run.model:
        rows["model.csv"] = write_rows(path / "model.csv", MODEL, run.model)
    if run.series:
        rows["series.csv"] = write_rows(path / "series.csv", SERIES, run.series)
    (path / "env.json").write_text(json.dumps(environment(run.o), indent=1) + "\n")
    (path / "topology.xml").write_text(topology(run.o))
    seal(path, rows, not run.o.incomplete)


def seal(path: Path, rows: dict[str, int], complete: bool = True) -> None:
    files = {
        name: {"rows": n, "sha256": hashlib.sha256((path / name).read_bytes()).hexdigest()} for name, n in rows.items()
    }
    (path / "manifest.json").write_text(
        json.dumps(
            {
                "schema": 1,
                "complete": complete,
                "created_utc": "2026-01-01T00:00:00Z",
                "nodehop": "synthetic",
                "files": files,
            },
            indent=1,
        )
        + "\n"
    )


def main(argv: list[str] | None = None) -> None:
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("dir", type=Path)
    p.add_argument("--mode", default="counted", choices=list(COST))
    p.add_argument("--nodes", type=int, default=2)
    p.add_argument("--sessions", type=int, default=6)
    p.add_argument("--reps", type=int, default=9)
    p.add_argument("--kernel", default="6.12.0-synthetic")
    p.add_argument("--shape", default="standard", choices=list(SHAPES))
    p.add_argument("--points", type=int, default=500, help="of the shape wide")
    p.add_argument("--rows", type=int, default=1_000_000)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--slower", type=float, default=0.0, help="share by which a folio costs more")
    p.add_argument("--fact", action="append", default=[], metavar="KEY=VALUE", help="a fact of the machine")
    p.add_argument("--caches", type=int, help="bytes that the caches of two nodes hold")
    p.add_argument("--hard", action="append", default=[], metavar="KEY=JSON", help="a fact that runs are compared by")
    p.add_argument("--careless", action="store_true", help="summarise untimed metrics, as no summary may")
    p.add_argument("--incomplete", action="store_true")
    o = p.parse_args(argv)
    run = Run(o)
    SHAPES[o.shape](run)
    write(run, o.dir)


if __name__ == "__main__":
    main()
