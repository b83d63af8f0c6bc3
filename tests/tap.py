# SPDX-License-Identifier: GPL-2.0-or-later
"""What Python tests share: TAP lines, a scratch folder, synthetic runs and the report writer."""

import contextlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "data")]
count, failed = 0, 0
_scratch = tempfile.TemporaryDirectory(prefix="nodehop-test.")
scratch = Path(_scratch.name)


def ok(good: object, text: str, *why: object) -> bool:
    """One TAP line; why (strings) goes below it when it is not good."""
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {text}", flush=True)
    if not good:
        for line in "\n".join(map(str, why)).splitlines():
            print("# " + line)
    return bool(good)


def skip(text: str, why: str) -> None:
    global count
    count += 1
    print(f"ok {count} - {text} # SKIP {why}")


def done() -> NoReturn:
    print(f"1..{count}")
    sys.exit(1 if failed else 0)


def make_run(name: str, *options: object) -> Path:
    """A synthetic run folder, named like that, in the scratch folder."""
    import make_run as maker

    maker.main([str(scratch / name), *map(str, options)])
    return scratch / name


def report(*arguments: object, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """python -m reports: its exit code, stdout and stderr. In this process, unless an environment is to be tried."""
    words = [str(a) for a in arguments]
    if env is None:
        from reports import style
        from reports.__main__ import main

        style.PNG_DPI = 36  # nobody looks at these
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            return main(words), out.getvalue(), err.getvalue()
    ended = subprocess.run(
        [sys.executable, "-B", "-m", "reports", *words],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
        timeout=300,
    )
    return ended.returncode, ended.stdout, ended.stderr
