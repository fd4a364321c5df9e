"""Writes the table of docs/fidelity.md: python tests/oracles/fidelity_table.py."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "losses"))

import numpy as np
from cases import CASES, inputs_of
from counterparts import COUNTERPARTS
from evaluate import reference_gradients, reference_value, value_and_gradients
from oracle import errors, oracle, relative_error

import tfface

PAGE = Path(__file__).parents[2] / "docs" / "fidelity.md"
HEAD = ["| loss | cases | float64 reference | others |", "|---|---|---|---|"]


def names_by_class():
    """The registry's names, a class a row."""
    found = {}
    for row in tfface.losses.table():
        found.setdefault(row.cls, []).append(row.name)
    return found


def cases_of(cls):
    return [case for case in CASES if type(case.loss) is cls]


def peers_of(cls):
    """(who answered, peer, entry, counterpart) of the entries that a loss was compared with."""
    for peer, counterparts in COUNTERPARTS.items():
        for entry, counterpart in counterparts.items():
            if type(counterpart.loss) is cls:
                call = oracle(peer).calls[entry]
                yield call.get("repository", peer.replace("_", "-")), peer, entry, counterpart


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
    cases = cases_of(cls)
    others = {}
    for who, peer, entry, counterpart in peers_of(cls):
        value, *gradients = errors(peer, entry, counterpart).values()
        others.setdefault(who, []).append([value, *gradients])
    described = "; ".join(f"{who} {largest(found)}" for who, found in others.items())
    listed = ", ".join(f"`{name}`" for name in names)
    return f"| {listed} | {len(cases)} | {largest([reference_errors(case) for case in cases])} | {described or '–'} |"


def main():
    rows = [*HEAD, *(row(cls, names) for cls, names in sorted(names_by_class().items(), key=lambda item: item[1]))]
    before, _, after = re.split(r"(^\| loss .*?\n)(?=\n)", PAGE.read_text(encoding="utf-8"), flags=re.M | re.S)
    PAGE.write_text(before + "\n".join(rows) + "\n" + after, encoding="utf-8")


if __name__ == "__main__":
    np.seterr(all="ignore")  # differences of a reference may leave its domain
    main()
