# SPDX-License-Identifier: GPL-2.0-or-later
"""A strict reader of Go's benchmark format (design 14313, and its unit metadata): every line must be of a known kind."""
import math
import re

CONFIG = re.compile(r"([^\sA-Z:][^\sA-Z:]*):(?:[ \t]+(.*))?$")
METADATA = {"better": {"higher", "lower"}, "assume": {"nothing", "exact"}}


class Malformed(Exception):
    pass


def name(text: str) -> tuple[str, dict[str, str], int | None]:
    """BenchmarkBase/key=value/...-GOMAXPROCS: (base, {key: value}, count of CPUs or None)."""
    cpus = re.search(r"-(\d+)$", text)
    base, *parts = text[:cpus.start() if cpus else None].split("/")
    if not base.startswith("Benchmark") or (len(base) > 9 and base[9].islower()):
        raise Malformed(f"{text}: a name is Benchmark and then no small letter")
    keys = {}
    for part in parts:
        key, equals, value = part.partition("=")
        if not key or not equals or key in keys:
            raise Malformed(f"{text}: {part!r} is not key=value")
        keys[key] = value
    return base, keys, int(cpus[1]) if cpus else None


def result(line: str) -> tuple[str, int, dict[str, float]]:
    """(name, iterations, {unit: value})"""
    words = line.split()
    if len(words) < 4 or len(words) % 2:
        raise Malformed(f"{line}: a name, a count, then pairs of value and unit")
    if not re.fullmatch(r"[1-9]\d*", words[1]):
        raise Malformed(f"{line}: {words[1]} is no count of iterations")
    values = {}
    for value, unit in zip(words[2::2], words[3::2]):
        if not math.isfinite(float(value)) or unit in values:
            raise Malformed(f"{line}: {value} {unit}")
        values[unit] = float(value)
    return words[0], int(words[1]), values


def unit(line: str) -> tuple[str, dict[str, str]]:
    word, name_, *pairs = line.split()
    properties = dict(p.split("=", 1) for p in pairs)
    if not properties or any(v not in METADATA.get(k, ()) for k, v in properties.items()):
        raise Malformed(f"{line}: better=higher|lower, assume=nothing|exact")
    return name_, properties


def parse(text: str) -> tuple[dict[str, str], dict[str, dict[str, str]], list[tuple[str, int, dict[str, float]]]]:
    """{config}, {unit: properties}, [result]"""
    if text and not text.endswith("\n"):
        raise Malformed("the last line is cut")
    config, units, results = {}, {}, []
    for line in text.splitlines():
        if line.startswith("Benchmark"):
            results.append(result(line))
            name(results[-1][0])
        elif line.startswith("Unit "):
            key, properties = unit(line)
            units[key] = properties
        elif match := CONFIG.match(line):
            key, value = match.groups()
            config[key] = value or ""
        else:
            raise Malformed(f"{line!r} is of no known kind")
    return config, units, results
