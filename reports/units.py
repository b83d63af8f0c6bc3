# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints numbers for people: three significant digits, a prefix, the unit."""

import math

STEPS = {
    "ns": ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")),
    "B/s": ((1e12, "TB/s"), (1e9, "GB/s"), (1e6, "MB/s"), (1e3, "kB/s"), (1, "B/s")),
    "share": ((0.01, "%"),),
}
PLAIN = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1, ""))


def digits(value: float) -> str:
    """Three significant digits, without an exponent where people would write none: 16.3, 0.041, 1650."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else str(value)
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:.{min(places, 12)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scale(value: float, unit: str) -> tuple[float, str]:
    """The divisor and the unit in which a value of that size reads well."""
    steps = STEPS.get(unit) or tuple((f, f"{p} {unit}".strip() if p else unit) for f, p in PLAIN)
    for factor, name in steps:
        if abs(value) >= factor:
            return factor, name
    return steps[-1]


def show(value: float | None, unit: str = "") -> str:
    """16.3 k instructions, 2.41 µs, 11.3 GB/s, 48 %; "" for None."""
    if value is None:
        return ""
    if unit == "" or unit in ("pages", "count", "calls"):
        whole = f"{value:,.0f}".replace(",", " ") if value == int(value) else digits(value)
        return f"{whole} {unit}".strip()
    factor, name = scale(value, unit)
    return f"{digits(value / factor)} {name}"


def short(value: float, unit: str) -> str:
    """As show, where the unit has just been said and does not scale."""
    return (
        show(value, unit) if unit in STEPS else show(value, "" if unit == "pages" else unit).removesuffix(unit).strip()
    )


def exact(value: float | None, unit: str = "") -> str:
    """As show, but with five digits or more, for tables: 16 283 instructions, 2.4113 µs."""
    if value is None:
        return ""
    factor, name = scale(value, unit) if unit in STEPS else (1, unit)
    value /= factor
    places = 0 if value == int(value) else max(0, 4 - math.floor(math.log10(abs(value))))
    return f"{value:,.{min(places, 6)}f} {name}".replace(",", "\u202f").strip()


def percent(share: float | None) -> str:
    """+2.34 %; two digits behind the point are what the smallest margins need."""
    if share is None:
        return ""
    value = 100 * share
    if abs(value) < 0.005:
        return "0.00 %"
    return (
        f"{value:+.2f} %" if abs(value) < 99.5 else f"{value:+.3g} %" if abs(value) < 1000 else f"×{digits(1 + share)}"
    )


def tick(value: float, unit: str) -> str:
    """A tick label: as show, but without the unit's own name where that stands in the axis label."""
    factor, name = scale(value, unit)
    if unit in STEPS:
        return f"{digits(value / factor)} {name}"
    return f"{digits(value / factor)}{name.removesuffix(unit).strip()}"
