"""Writes the table of docs/fidelity.md: python tests/oracles/fidelity_table.py."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "losses"))

import numpy as np
from cases import CASES, inputs_of
from counterparts import COUNTERPARTS
from differing import DIFFERING
from evaluate import reference_gradients, reference_value, value_and_gradients
from oracle import errors, oracle, relative_error

import tfface

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
HEAD = ["| loss | float64 reference | others |", "|---|---|---|"]


def names_by_class():
    """The registry's names, a class a row."""
    found = {}
    for row in tfface.losses.table():
        found.setdefault(row.cls, []).append(row.name)
    return found


def cases_of(cls):
    return [case for case in CASES if type(case.loss) is cls]


def peers_of(cls):
    """(who answered, peer, entry, how ours is asked, whether gradients agree) of what a loss was compared with."""
    agreeing = [(*place, ours, True) for *place, ours in entries(COUNTERPARTS)]
    agreeing += [(*place, other.nearest, False) for *place, other in entries(DIFFERING) if not other.value]
    for peer, entry, ours, gradients in agreeing:
        if type(ours.loss) is cls:
            yield oracle(peer).calls[entry].get("repository", peer.replace("_", "-")), peer, entry, ours, gradients


def entries(table):
    return [(peer, entry, row) for peer, rows in table.items() for entry, row in rows.items()]


def reference_errors(case):
    """Of the value, and of the gradient where the reference has the documented one."""
    inputs = inputs_of(case)
    value, gradients = value_and_gradients(case, *inputs)
    found = [relative_error(value, reference_value(case, *inputs))]
    if case.exact_gradient:
        expected = reference_gradients(case, *inputs)
        found.append(max(relative_error(*pair) for pair in zip(gradients, expected, strict=True)))
    return found


def largest(found):
    """The largest error of values and of gradients, as text."""
    values, gradients = [value for value, *_ in found], [error for _, *rest in found for error in rest]
    return ", ".join(short(max(group)) for group in (values, gradients) if group)


def short(error):
    return re.sub(r"e-0?", "e-", f"{error:.0e}") if error else "0"


def row(cls, names):
    others = {}
    for who, peer, entry, ours, gradients in peers_of(cls):
        value, *rest = errors(peer, entry, ours).values()
        others.setdefault(who, []).append([value, *rest] if gradients else [value])
    described = "; ".join(f"{who} {largest(found)}" for who, found in others.items())
    listed = ", ".join(f"`{name}`" for name in names)
    return f"| {listed} | {largest([reference_errors(case) for case in cases_of(cls)])} | {described or '–'} |"


def main():
    rows = [*HEAD, *(row(cls, names) for cls, names in sorted(names_by_class().items(), key=lambda item: item[1]))]
    before, _, after = re.split(r"(^\| loss .*?\n)(?=\n)", PAGE.read_text(encoding="utf-8"), flags=re.M | re.S)
    PAGE.write_text(before + "\n".join(rows) + "\n" + after, encoding="utf-8")


if __name__ == "__main__":
    np.seterr(all="ignore")  # differences of a reference may leave its domain
    main()
