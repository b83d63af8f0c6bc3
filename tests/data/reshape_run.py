# SPDX-License-Identifier: GPL-2.0-or-later
"""Changes a synthetic run folder (make_run.py) in one way and seals it again, so that only the change is the matter.

    reshape_run.py DIR outcome PATTERN OUTCOME REASON      of the points whose key matches
    reshape_run.py DIR scale PATTERN METRIC FACTOR [N]     multiplies samples; of session N only
    reshape_run.py DIR set PATTERN METRIC VALUE            gives every sample this value
    reshape_run.py DIR mark PATTERN STATUS                 of every sample
    reshape_run.py DIR fact hard|soft KEY VALUE            VALUE as JSON
    reshape_run.py DIR revision PATTERN N
    reshape_run.py DIR drop PATTERN                        points with their samples
    reshape_run.py DIR drop-session PATTERN N              the samples of a session of the points
    reshape_run.py DIR keep-sessions N
    reshape_run.py DIR functions ROW...                    functions.csv with POINT,EXECUTOR,FUNCTION,KIND,INSNS,CALLS;
                                                           none: a counted run that has no such file. The last change
"""
import csv
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import make_run  # noqa: E402

FUNCTIONS = "point,executor,function,kind,insns,calls,repetitions,agree,least,most".split(",")
Row = dict[str, str]
Change = Callable[[Row], Row | None]


def change_table(path: Path, each: Change) -> int:
    """each(row) returns the row, or None to drop it. The count of rows left."""
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    left = [r for r in (each(dict(zip(header, row))) for row in rows) if r is not None]
    return make_run.write_rows(path, header, [[r[h] for h in header] for r in left])


def matching(pattern: str, change: Change) -> Change:
    return lambda row: change(row) if re.search(pattern, row["point"]) else row


def change(folder: Path, what: str, *words: str) -> None:
    env = json.loads((folder / "env.json").read_text())
    tables: dict[str, list[Change]] = {"samples.csv": [], "points.csv": [], "summary.csv": [], "metrics.csv": []}
    if what == "outcome":
        tables["points.csv"] = [matching(words[0], lambda r: r | {"outcome": words[1], "reason": words[2], "detail": "as told"})]
    elif what == "revision":
        tables["points.csv"] = [matching(words[0], lambda r: r | {"revision": words[1]})]
    elif what == "scale":
        def scale(row: Row) -> Row:
            meant = row["metric"] == words[1] and (len(words) < 4 or row["session"] == words[3])
            return row | {"value": repr(float(row["value"]) * float(words[2]))} if meant else row
        tables["samples.csv"] = [matching(words[0], scale)]
    elif what == "set":
        def put(row: Row) -> Row:
            return row | {"value": words[2]} if row["metric"] == words[1] else row
        tables["samples.csv"] = [matching(words[0], put)]
    elif what == "mark":
        tables["samples.csv"] = [matching(words[0], lambda r: r | {"status": words[1]})]
    elif what == "drop":
        for name in ("samples.csv", "points.csv", "summary.csv"):
            tables[name] = [matching(words[0], lambda row: None)]
    elif what == "drop-session":
        tables["samples.csv"] = [matching(words[0], lambda row: None if row["session"] == words[1] else row)]
    elif what == "keep-sessions":
        tables["samples.csv"] = [lambda row: row if int(row["session"]) <= int(words[0]) else None]
        env["sessions"] = env["sessions"][:int(words[0])]
    elif what == "fact":
        env[words[0]][words[1]] = json.loads(words[2])
    elif what != "functions":
        sys.exit(__doc__)
    rows = {}
    if what == "functions":
        env["soft"]["functions"] = True
        if words:
            table = [[*row.split(","), 9, 9, "", ""] for row in words]
            rows["functions.csv"] = make_run.write_rows(folder / "functions.csv", FUNCTIONS, table)
    for name, changes in tables.items():
        each = changes[0] if changes else lambda row: row
        rows[name] = change_table(folder / name, each)
    (folder / "env.json").write_text(json.dumps(env, indent=1) + "\n")
    make_run.seal(folder, rows | {"env.json": 0, "topology.xml": 0}, env["complete"])


if __name__ == "__main__":
    change(Path(sys.argv[1]), *sys.argv[2:])
