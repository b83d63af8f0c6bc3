# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine of a run, out of its hwloc XML: nodes, CPUs, memory, distances."""

from dataclasses import dataclass
from xml.etree import ElementTree

from .chart import Box, Cell, MachineChart, Table
from .units import digits


@dataclass
class Node:
    id: int
    cpus: int
    memory_bytes: int
    has_cpu: bool
    has_memory: bool
    tier: int | None  # rank among memory tiers, 0 the fastest
    latency_ns: int | None  # as the firmware declares it, from the nearest CPUs


@dataclass
class Machine:
    nodes: list[Node]
    distances: dict[tuple[int, int], int]

    def distance(self, a: int, b: int) -> int | None:
        return self.distances.get((a, b))


def parse(xml: str) -> Machine | None:
    """None where the text is no hwloc XML with nodes in it: a page can do without the drawing."""
    try:
        root = ElementTree.fromstring(xml)
        latencies = _latencies(root)
        nodes = sorted(
            (_node(e, latencies) for e in root.iter("object") if e.get("type") == "NUMANode"), key=lambda n: n.id
        )
        return Machine(nodes, _distances(root)) if nodes else None
    except (ElementTree.ParseError, ValueError):
        return None


def _node(e: ElementTree.Element, latencies: dict[str, int]) -> Node:
    info = {i.get("name"): i.get("value") or "" for i in e.findall("info")}
    tier = info.get("Tier", "")
    cpus = sum(bin(int(word or "0", 16)).count("1") for word in (e.get("cpuset") or "0x0").split(","))
    memory = int(e.get("local_memory") or 0)
    has_cpu = info["HasCPU"] == "1" if "HasCPU" in info else cpus > 0
    has_memory = info["HasMemory"] == "1" if "HasMemory" in info else memory > 0
    return Node(
        int(e.get("os_index") or 0),
        cpus if has_cpu else 0,
        memory,
        has_cpu,
        has_memory,
        int(tier) if tier.isdigit() else None,
        latencies.get(e.get("gp_index", "")),
    )


def _latencies(root: ElementTree.Element) -> dict[str, int]:
    """ACPI HMAT: the least declared latency of each node, by hwloc's index."""
    found: dict[str, int] = {}
    for attribute in root.iter("memattr"):
        for v in attribute.iter("memattr_value") if attribute.get("name") == "Latency" else ():
            index, value = v.get("target_obj_gp_index", ""), int(v.get("value") or 0)
            found[index] = min(value, found.get(index, value))
    return found


def _distances(root: ElementTree.Element) -> dict[tuple[int, int], int]:
    """The SLIT: hwloc's matrix of latencies between NUMA nodes, indexed by the kernel's node numbers."""
    for e in root.iter("distances2"):
        if e.get("type") == "NUMANode" and e.get("name", "NUMALatency") == "NUMALatency" and e.get("indexing") == "os":
            ids = [int(i) for part in e.findall("indexes") for i in (part.text or "").split()]
            values = [int(v) for part in e.findall("u64values") for v in (part.text or "").split()]
            if len(values) == len(ids) ** 2:
                return {(a, b): values[i * len(ids) + j] for i, a in enumerate(ids) for j, b in enumerate(ids)}
    return {}


def memory_text(size: int) -> str:
    for factor, unit in ((1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB")):
        if size >= factor:
            return f"{digits(size / factor)} {unit}"
    return f"{size} B"


def _optional(value: float | None) -> Cell:
    return Cell("" if value is None else str(value), "" if value is None else value)


def chart(machine: Machine, name: str) -> MachineChart:
    ids = [n.id for n in machine.nodes]
    boxes = [_box(n) for n in machine.nodes]
    distances = [[machine.distance(a, b) for b in ids] for a in ids]
    rows = [
        [
            Cell(f"node {n.id}", n.id),
            Cell(str(n.cpus), n.cpus),
            Cell(memory_text(n.memory_bytes), n.memory_bytes),
            _optional(n.tier),
            _optional(n.latency_ns),
        ]
        + [Cell(str(d if d is not None else ""), d if d is not None else "") for d in distances[i]]
        for i, n in enumerate(machine.nodes)
    ]
    return MachineChart(
        slug="machine",
        title=f"The machine: {name}",
        answer=_sentence(machine),
        note=_note(machine),
        unit="",
        table=Table(["node", "CPUs", "memory", "tier", "declared ns", *(f"to {i}" for i in ids)], rows),
        boxes=boxes,
        distances=distances,
    )


def _note(machine: Machine) -> str:
    said = "as the firmware declares it: distances (SLIT, 10 is local)"
    return said + (
        ", latencies (HMAT, from the nearest CPUs)" if any(n.latency_ns is not None for n in machine.nodes) else ""
    )


def _box(n: Node) -> Box:
    cpus = plural(n.cpus, "CPU") if n.has_cpu else "no CPU"
    lines = [cpus, memory_text(n.memory_bytes) if n.has_memory else "no memory"]
    if n.latency_ns is not None or n.tier is not None:
        declared = f"{n.latency_ns} ns" if n.latency_ns is not None else ""
        lines.append(", ".join(filter(None, (f"tier {n.tier}" if n.tier is not None else "", declared))))
    return Box(f"node {n.id}", lines, n.has_cpu, n.has_memory)


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")


def _sentence(m: Machine) -> str:
    cpus, memory = sum(n.cpus for n in m.nodes), sum(n.memory_bytes for n in m.nodes)
    only = [str(n.id) for n in m.nodes if not n.has_cpu]
    said = f"{plural(len(m.nodes), 'node')}, {plural(cpus, 'CPU')}, {memory_text(memory)}"
    if only:
        which = ", ".join(only[:8]) + (" and more" if len(only) > 8 else "")
        said += f"; memory without a CPU: {'node' if len(only) == 1 else 'nodes'} {which}"
    return said + "."
