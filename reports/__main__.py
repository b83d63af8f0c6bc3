# SPDX-License-Identifier: GPL-2.0-or-later
"""python -m reports RUN [BASE] [--out DIR]"""

import argparse
import logging
import os
import signal
import sys
import traceback
from pathlib import Path

from . import aa, comparison, explanation, run
from .fault import Fault

BASELINES = Path("results/baselines")  # where A/A records lie, from the folder that nodehop is run in


class Interrupted(BaseException):
    """A signal that ends the program came; no part of it may take this for a fault of its own."""

    def __init__(self, number: int) -> None:
        self.signal = signal.Signals(number)


def heed_signals() -> None:
    def interrupt(number: int, _frame: object) -> None:
        raise Interrupted(number)

    for number in signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, interrupt)


def arguments(argv: list[str] | None) -> argparse.Namespace:
    p = argparse.ArgumentParser(
        prog="nodehop report", description="Draws a run folder: report.html, report.md and figures/."
    )
    p.add_argument("run", type=Path, metavar="RUN", help="a run folder, like results/runs/latest")
    p.add_argument("base", type=Path, nargs="?", metavar="BASE", help="a run folder to compare it with")
    p.add_argument(
        "--variant",
        metavar="WHAT",
        help="what may differ between BASE and RUN: kernel, append, possible_cpus, build, knob:NAME or set:AXIS",
    )
    p.add_argument(
        "--comparison",
        type=Path,
        metavar="FILE",
        help="a comparison that was judged before: the JSON of compare or gate",
    )
    p.add_argument("--aa", type=Path, metavar="FILE", help="the machine's A/A record, to show its noise floor")
    p.add_argument(
        "--explanation", type=Path, metavar="FILE", help="what `explain --json` printed of a point of this run"
    )
    p.add_argument(
        "--out",
        type=Path,
        metavar="DIR|FILE.html",
        help="where to write (default: into RUN); into a file: the page alone, which links to nothing beside it",
    )
    return p.parse_args(argv)


def report(o: argparse.Namespace) -> None:
    out = o.out or o.run
    loaded, base = run.load(o.run), run.load(o.base) if o.base else None
    compared = (
        comparison.load(o.comparison) if o.comparison else comparison.judge(o.base, o.run, o.variant) if base else None
    )
    explained = explanation.load(o.explanation) if o.explanation else None
    record = aa.load(o.aa) if o.aa else aa.find(BASELINES, loaded.env.get("hard"))
    from . import page  # late: nobody need wait for matplotlib to hear that a folder is damaged

    print(page.write(page.Material(loaded, base, compared, record, explained), out))


def main(argv: list[str] | None = None) -> int:
    o = arguments(argv)
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    os.environ["MPLBACKEND"] = "agg"  # no display is wanted, and a foreign setting must not stop us
    code = 2
    try:
        heed_signals()
        report(o)
        return 0
    except Fault as e:
        line = str(e)
    except OSError as e:
        line = (
            f"{e.filename or 'the report'}: {e.strerror or e}; choose another folder with --out"
            if e.filename
            else str(e)
        )
    except Interrupted as e:
        line, code = f"interrupted by {e.signal.name}; the report is not complete", 128 + e.signal
    except Exception as e:  # our own fault: still one line, and where it happened
        at = traceback.extract_tb(e.__traceback__)[-1]
        line = f"the report writer failed at {Path(at.filename).name}:{at.lineno}: {type(e).__name__}: {e}"
    print("nodehop report: " + " ".join(line.split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
