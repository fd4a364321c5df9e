"""What only shows when all photographs are known: pictures that come twice, and what each face is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from .examine import Finding

DUPLICATE, TWO_PEOPLE = "duplicate", "two identities"


def without_repeated(found: Sequence[Finding]) -> list[Finding]:
    """Drops pictures that come twice: of one identity all but the first, of several identities all of them."""
    same = defaultdict(list)
    for finding in found:
        if not finding.dropped:
            same[finding.pixels].append(finding.key)
    return [finding if finding.dropped else _judged(finding, same[finding.pixels]) for finding in found]


def _judged(finding: Finding, same: list[str]) -> Finding:
    others = [key for key in same if key != finding.key]
    if len({identity(key) for key in same}) > 1:
        return replace(finding, dropped=TWO_PEOPLE, detail=f"also {', '.join(others[:5])}")
    if finding.key != same[0]:
        return replace(finding, dropped=DUPLICATE, detail=f"of {same[0]}")
    return finding


def identity(key: str) -> str:
    """The person of a photograph: its folder."""
    return key.partition("/")[0]


def output_names(keys: Sequence[str]) -> dict[str, str]:
    """What the face of each photograph is called: its name with `.jpg`, and a number where that is taken."""
    names, taken = {}, set()
    for key in keys:
        stem = str(PurePosixPath(key).with_suffix(""))
        name, number = f"{stem}.jpg", 2
        while name in taken:
            name, number = f"{stem}-{number}.jpg", number + 1
        taken.add(name)
        names[key] = name
    return names
