# SPDX-License-Identifier: GPL-2.0-or-later
"""Node by node: one metric for each ordered pair, with the distance that the firmware declares."""

from ..chart import Heat
from ..machine import Machine
from ..run import Metric, Point
from ..select import axis_label, fixed, phrase, slices, slug, table
from ..units import show


def heat(points: list[Point], metric: Metric, machine: Machine | None) -> Heat | None:
    """None where fewer than three pairs were measured alike."""
    paired = [p for p in points if p.params.get("from", "").isdigit() and p.params.get("to", "").isdigit()]
    chosen = slices(paired, ("pair",))[0] if paired else []
    if len(chosen) < 3:
        return None
    seen = {(int(p.params["from"]), int(p.params["to"])): p.summary[metric.name].median for p in chosen}
    known = {n.id for n in machine.nodes if n.has_memory} if machine else set()
    ids = sorted({i for pair in seen for i in pair} | known)
    values = [[seen.get((a, b)) for b in ids] for a in ids]
    distances = [[machine.distance(a, b) if machine else None for b in ids] for a in ids]
    h = Heat(
        slug=slug(chosen[0].benchmark, metric.name, "by", "pair"),
        title=f"{chosen[0].benchmark}: {phrase(metric)}, node to node",
        answer="",
        note=fixed(chosen, ("pair",)),
        unit=metric.unit,
        table=table(chosen, metric),
        label=axis_label(metric),
        nodes=[str(i) for i in ids],
        values=values,
        distances=distances,
    )
    h.answer = answer(seen, metric)
    return h


def answer(seen: dict[tuple[int, int], float], metric: Metric) -> str:
    low, high = min(seen, key=seen.__getitem__), max(seen, key=seen.__getitem__)
    if seen[high] < 1.02 * seen[low]:
        return f"Within 2 % the same for all {len(seen)} pairs: {show(seen[low], metric.unit)}."
    least = f"{show(seen[low], metric.unit)} (node {low[0]} to {low[1]})"
    most = f"{show(seen[high], metric.unit)} (node {high[0]} to {high[1]})"
    return f"From {least} to {most}, {len(seen)} pairs."
