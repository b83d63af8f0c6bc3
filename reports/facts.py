# SPDX-License-Identifier: GPL-2.0-or-later
"""What ran where, out of env.json."""

import json
import re

from .run import Run
from .style import STAMPS
from .units import show


def first(run: Run, *names: str) -> str:
    """The first of these facts that the run knows, as text."""
    return next((str(v) for n in names if (v := run.fact(n)) is not None), "")


def machine(run: Run) -> str:
    return first(run, "topology.name", "cpu.model", "hostname")


def kernel(run: Run) -> str:
    return first(run, "kernel.release", "kernel.image")


def sessions(run: Run) -> int:
    found = run.env.get("sessions")
    return len(found) if isinstance(found, list) else 0


def stamps(run: Run) -> list[str]:
    """The limits of the run's numbers, a sentence each: of the lab, of nodes of one memory, of a virtual machine,
    of a load."""
    found = [STAMPS[run.mode]] if run.mode in STAMPS else []
    if nodes := first(run, "node.one_memory"):
        found.append(
            f"nodes of one memory ({nodes}): no remote cost between them, only the software path and the copy"
        )
    if run.mode == "hardware" and (vm := first(run, "vm.name")):
        found.append(
            f"virtual machine ({vm}): the times include what the hypervisor and its other guests do, "
            "and the nodes need not match the host's"
        )
    if run.load_allowed:
        found.append("load allowed (--allow-load): no sample was marked as disturbed, whatever else the machine did")
    return found


def listed(run: Run, counts: str) -> list[tuple[str, str]]:
    """The facts on the first screen; `counts` are the points by outcome."""
    rows = [
        ("machine", machine(run)),
        ("mode", run.mode),
        ("kernel", kernel(run)),
        ("QEMU", first(run, "qemu.version")),
        ("CPU", first(run, "cpu.model") if run.mode == "hardware" else ""),
        ("THP", first(run, "knob.thp")),
        ("nodehop", " ".join(filter(None, (first(run, "build.version"), first(run, "build.commit"))))),
        ("sessions", str(sessions(run))),
        ("points", counts or "none"),
        ("samples", show(run.sample_rows)),
    ]
    return [(label, value) for label, value in rows if value]


def everything(run: Run) -> list[tuple[str, str, str]]:
    """Every recorded fact: name, value, whether it decides what the run may be compared with."""
    rows = []
    for part in ("hard", "soft"):
        found = run.env.get(part)
        for name, value in sorted(found.items()) if isinstance(found, dict) else ():
            text = value if isinstance(value, str) else json.dumps(value)
            rows.append((name, text if len(text) <= 400 else text[:399] + "…", part))
    return rows


def command(run: Run) -> str:
    """The command line of the first session, as it was recorded."""
    found = run.env.get("sessions")
    argv = found[0].get("argv") if isinstance(found, list) and found and isinstance(found[0], dict) else ""
    return " ".join(map(str, argv)) if isinstance(argv, list) else str(argv or "")


def rerun(run: Run) -> str:
    """The command that measures one point again; POINT stands for its key."""
    if run.mode == "hardware":
        return "nodehop run POINT"
    packaged = re.match(r"linux-image-(\d+\.\d+)", first(run, "kernel.image"))
    options = f" --kernel {packaged[1]}" if packaged else ""
    options += " --mode fast" if run.mode == "fast" else ""
    return f"nodehop lab {first(run, 'topology.name') or 'TOPOLOGY'}{options} -- run POINT"
