# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds functions.csv of a counted run against its samples: functions.py RUN; a line for each thing that is amiss."""
import csv
import statistics
import sys
from collections import defaultdict

READINGS = 400  # instructions of the clock's two readings, at most
PPM = 3e-6  # by so much the guest's clock may be off
MOVERS = {"try_to_migrate", "try_to_migrate_one", "move_to_new_folio", "remove_migration_pte", "mfill_atomic_install_pte"}
NAMED = 0.99  # of a point's instructions have a kind and a name

Table = list[dict[str, str]]


def table(run: str, name: str) -> Table:
    """The rows of one of its files."""
    with open(f"{run}/{name}", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def repetitions(run: str) -> dict[tuple[str, str], dict[str, dict[str, float]]]:
    """By point and session: by repetition, its metrics; no warm-ups, nothing marked."""
    found: dict[tuple[str, str], dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for row in table(run, "samples.csv"):
        if row["warmup"] == "0" and row["status"] == "ok":
            found[row["point"], row["session"]][row["rep"]][row["metric"]] = float(row["value"])
    return found


def folios(metrics: dict[str, float]) -> float:
    """How many moved; faults where none did."""
    moved, left, train = (metrics.get(name, 0.0) for name in ("pages_moved", "pages_left", "train"))
    if not moved:
        return unit("fault_insns", metrics)
    return train * (metrics["folios"] * moved / (moved + left) if metrics.get("folios") else moved)


def unit(primary: str, metrics: dict[str, float]) -> float:
    """How often the primary metric fits into the timed region."""
    if primary == "path_insns":
        return folios(metrics)
    wall = metrics["wall_insns"] * metrics["train"]
    return max(1, round(wall / metrics[primary])) if primary.endswith("_insns") else metrics["train"]


def check_sums(run: str, points: Table) -> None:
    """The rows of a point add up to what its own clock counted, and that clock's readings."""
    reported: dict[str, float] = defaultdict(float)
    named: dict[str, float] = defaultdict(float)
    for row in table(run, "functions.csv"):
        key = points[int(row["point"]) - 1]["point"]
        reported[key] += float(row["insns"])
        named[key] += float(row["insns"]) if row["kind"] != "rest" else 0
        if row["function"] in MOVERS and row["kind"] != "path":
            print(f"{key}: {row['function']} of {row['executor']} moves pages, and is {row['kind']}")
    primary = {row["point"]: row["primary"] for row in points}
    measured = {key for key, _ in repetitions(run)}
    for key in sorted(measured - set(reported)):
        print(f"{key}: no functions")
    for (key, _), reps in repetitions(run).items():
        own = statistics.median_high(m["wall_insns"] * m["train"] / unit(primary[key], m) for m in reps.values())
        units = unit(primary[key], next(iter(reps.values())))
        beyond = reported[key] - own
        if not -0.01 <= beyond <= (READINGS + PPM * own * units) / units:
            print(f"{key}: {reported[key]:.3f} in functions.csv, {own:.3f} by the clock")
        if named[key] < NAMED * reported[key]:
            print(f"{key}: only {100 * named[key] / reported[key]:.2f} % have a kind and a name")


def check_path(run: str, points: Table) -> None:
    """What the table says of the path is the metric, to what its rows leave out."""
    told: dict[str, float] = defaultdict(float)
    for row in table(run, "functions.csv"):
        told[points[int(row["point"]) - 1]["point"]] += float(row["insns"]) if row["kind"] == "path" else 0
    primary = {row["point"]: row["primary"] for row in points}
    for (key, _), reps in repetitions(run).items():
        path = statistics.median_high(m["path_insns"] for m in reps.values())
        if primary[key] == "path_insns" and abs(told[key] - path) > 0.01 * path:
            print(f"{key}: a path of {told[key]:.3f} in functions.csv, {path:.3f} in samples.csv")


def is_flushed_singly(point: str) -> bool:
    """Base pages that the caller moves out of its own tables: with one CPU none is put off to be flushed with others."""
    words = point.split()
    return words[0] == "move_pages" and "page=base" in words and "owner=other" not in words


def check_kinds(run: str) -> None:
    """One CPU never spins; a path counts where each folio was unmapped once, flushed once, and copied once."""
    for (key, _), reps in repetitions(run).items():
        for rep, metrics in reps.items():
            if metrics.get("spin_insns") != 0:
                print(f"{key} rep {rep}: spin_insns {metrics.get('spin_insns')}")
            tries = metrics.get("unmap_tries", 0)
            if tries not in (0, 1):
                print(f"{key} rep {rep}: {tries} attempts to unmap a folio")
            if metrics.get("copied_bytes", 0) not in (0, 4096):
                print(f"{key} rep {rep}: {metrics['copied_bytes']} bytes copied for a page")
            flushes = metrics.get("tlb_page_flushes")
            if flushes != 1 and is_flushed_singly(key):
                print(f"{key} rep {rep}: {flushes} translations flushed for a page")
            if metrics.get("page_faults", 0) > metrics.get("exceptions", 0):
                print(f"{key} rep {rep}: {metrics['page_faults']} page faults in {metrics.get('exceptions')} exceptions")


def main() -> None:
    """RUN: a run folder, of one session."""
    points = table(sys.argv[1], "points.csv")
    check_sums(sys.argv[1], points)
    check_path(sys.argv[1], points)
    check_kinds(sys.argv[1])


if __name__ == "__main__":
    main()
