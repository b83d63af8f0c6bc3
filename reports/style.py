# SPDX-License-Identifier: GPL-2.0-or-later
"""Colours, type and the two files of a figure.

Each colour is a light and a dark value. Figures are drawn in the light ones; on the page the drawing's colours become
CSS variables, so that one drawing serves both. Series differ by marker and dash too. tests/host/report-colours holds
contrast (WCAG AA) and colour blindness against this table.
"""

import io
import re
import textwrap
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure

from .fault import Fault

# name: (light, dark)
COLOURS = {
    "paper": ("#ffffff", "#0f1419"),
    "ink": ("#1b1f24", "#e4e9ee"),
    "muted": ("#59636e", "#9aa4af"),
    "grid": ("#dce1e6", "#2b333b"),
    "s0": ("#0a5ad0", "#5cb3ff"),
    "s1": ("#d0420c", "#ff9a57"),
    "s2": ("#0a8a7c", "#3fcf9f"),
    "s3": ("#7d1f86", "#ee9be0"),
    "s4": ("#71902f", "#e2c044"),
    "s5": ("#4d4036", "#b9bdc2"),
    "good": ("#00695d", "#4fd0bd"),
    "bad": ("#b3261f", "#ff8f85"),
    "band": ("#eceff3", "#1d242c"),
}
LIGHT = {name: pair[0] for name, pair in COLOURS.items()}
HEAT_RANGE = ["#e8f1fa", "#8fbbe0", "#3f86c0", "#0b4a7f", "#06294a"]
HEAT_INKS = (
    "#000000",
    "#fffffe",
)  # on light and on dark cells: cells keep their colour in the dark, so their text does too
SERIES = [LIGHT[f"s{i}"] for i in range(6)]
MARKERS = ["o", "s", "^", "D", "v", "P"]
DASHES = ["-", (0, (6, 2)), (0, (2, 1.5)), (0, (8, 2, 2, 2)), (0, (4, 1.5)), (0, (1, 1))]

STAMPS = {
    "counted": "one emulated CPU: path length in instructions; no time, no caches, no bandwidth, "
    "no interrupts between CPUs, no contention",
    "fast": "emulated machine: behaviour, statuses, placement and counters; its times mean nothing and are not shown",
}

PNG_DPI = 144
TITLE, TITLE_POINTS = "title", 26  # its id in a drawing, and the room it takes at the top

SETTINGS = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.labelsize": 9.5,
    "text.color": LIGHT["ink"],
    "axes.labelcolor": LIGHT["ink"],
    "axes.edgecolor": LIGHT["muted"],
    "xtick.color": LIGHT["muted"],
    "ytick.color": LIGHT["muted"],
    "xtick.labelcolor": LIGHT["ink"],
    "ytick.labelcolor": LIGHT["ink"],
    "axes.facecolor": "none",
    "figure.facecolor": LIGHT["paper"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LIGHT["grid"],
    "grid.linewidth": 0.8,
    "lines.linewidth": 1.8,
    "lines.markersize": 5.5,
    "hatch.linewidth": 0.7,
    "path.simplify": True,
}


def use() -> None:
    matplotlib.rcdefaults()  # whatever matplotlibrc the reader keeps
    matplotlib.rcParams.update(SETTINGS)
    try:
        font_manager.findfont(font_manager.FontProperties(family=SETTINGS["font.family"]))
    except ValueError:
        raise Fault("matplotlib finds no font to draw with; install fonts-dejavu-core") from None


def series(i: int) -> dict[str, object]:
    """Colour, marker and dash of the i-th line; after six the dash moves on, so that no two are alike."""
    return {"color": SERIES[i % 6], "marker": MARKERS[i % 6], "linestyle": DASHES[(i + i // 6) % 6]}


def finish(figure: Figure, title: str, source: str, stamp: str) -> None:
    """What every figure carries, so that it can stand alone: its question, its source, what its numbers are not."""
    height, width = figure.get_figheight(), figure.get_figwidth()
    size = min(11, 11 * 70 / len(title))
    figure.text(0.1 / width, 1 - 0.1 / height, title, fontsize=size, weight="bold", va="top", gid=TITLE)
    lines = [*textwrap.wrap(source, 138)[:2], stamp]
    figure.text(
        0.1 / width, 0.06 / height, "\n".join(lines), fontsize=7, linespacing=1.3, color=LIGHT["muted"], va="bottom"
    )


def save(figure: Figure, folder: Path | None, slug: str) -> str:
    """Writes slug.svg and slug.png, if there is a folder for them; returns the SVG as it goes into the page."""
    matplotlib.rcParams["svg.hashsalt"] = slug
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    svg = text.getvalue()
    if folder:
        figure.savefig(folder / f"{slug}.png", dpi=PNG_DPI)
        (folder / f"{slug}.svg").write_text(svg, encoding="utf-8")
    return inline(svg, slug)


def inline(svg: str, slug: str) -> str:
    """A drawing as an element of the page, below its title: ids of its own, colours as variables."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.S)
    svg = re.sub(rf'<g id="{TITLE}">.*?</g>', "", svg, flags=re.S)
    svg = re.sub(r'\bid="', f'id="{slug}-', svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\g<1>{slug}-", svg)
    width, height = map(float, re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0])
    svg = re.sub(
        r"<svg [^>]*>",
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 {TITLE_POINTS} {width:g} {height - TITLE_POINTS:g}" '
        'aria-hidden="true">',
        svg,
        count=1,
    )
    for name, (light, _) in COLOURS.items():
        svg = svg.replace(light, f"var(--{name})")
    return re.sub(r">\s+<", "><", svg)


def css() -> str:
    """The colours as CSS variables, light and dark."""
    light, dark = ("".join(f"--{name}:{pair[i]};" for name, pair in COLOURS.items()) for i in (0, 1))
    by_system = f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}"
    by_button = f"@media screen{{:root[data-theme=dark]{{{dark}}}}}"
    return f":root{{{light}}}{by_system}{by_button}"
