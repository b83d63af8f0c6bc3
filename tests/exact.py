# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds the tree, the stacks and the instructions of `explain` against its functions: exact.py JSON FOLDED."""
import json
import sys
from collections import defaultdict
from typing import Any

APART = 8  # instructions a unit: so far the median repetition may be from the median of a function, or by 5 %: load averages
ROUNDING = 0.0011  # functions are rounded to a thousandth


def own_work(branches: list[dict[str, Any]], executor: str, sums: dict[tuple[str, str], float]) -> float:
    """Adds up what each function executed itself; returns the sum of all. A branch that is less than its parts is told."""
    total = 0.0
    for branch in branches:
        below = own_work(branch["children"], executor or branch["name"], sums)
        if abs(branch["self"] + below - branch["value"]) > 1e-6:
            print(f"{branch['name']}: {branch['self']} + {below} in its children are not {branch['value']}")
        if executor:
            sums[executor, branch["name"]] += branch["self"]
        total += branch["value"]
    return total


def check_tree(e: dict[str, Any]) -> dict[tuple[str, str], float]:
    """Function by function as the flat table, whose repetition is not always the median of each."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    flat: dict[tuple[str, str], float] = defaultdict(float)
    total = own_work(e["tree"], "", sums)
    for row in e["functions"]:
        flat[row["executor"], row["name"]] += row["value"]
    if abs(total - sum(flat.values())) > ROUNDING:
        print(f"the roots hold {total}, the functions {sum(flat.values())}")
    for key, value in flat.items():
        if key[1] != "(rest)" and key[0] == "caller" and abs(value - sums[key]) > max(APART, 0.05 * value):
            print(f"{key}: {value} in the table, {sums[key]} in the tree")
    return sums


def check_stacks(e: dict[str, Any], path: str) -> None:
    """Whole counts, whose sum is the whole repetition."""
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").rsplit(" ", 1) for line in file]
    total = sum(int(count) for _, count in lines)
    if str(total) not in e["basis"]:
        print(f"the stacks hold {total} instructions: {e['basis']}")
    if len({stack for stack, _ in lines}) != len(lines):
        print("a stack is there twice")
    for stack, _ in lines:
        if stack.split(";")[0] not in ("caller", "task", "interrupt"):
            print(f"{stack}: begins with no executor")


def main() -> None:
    """Prints a line for each thing that is amiss."""
    with open(sys.argv[1], encoding="utf-8") as file:
        e = json.load(file)
    sums = check_tree(e)
    check_stacks(e, sys.argv[2])
    own = sum(value for (_, name), value in sums.items() if name == e["annotate"])
    counted = sum(insn["count"] for insn in e["annotation"])
    if not counted or abs(own - counted) > 1e-6:
        print(f"{e['annotate']}: {own} instructions by the tree, {counted} one by one")


if __name__ == "__main__":
    main()
