"""The losses ranked in every block of a sweep: seed × fold × backbone × head × number of people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..gathered import Gathered, better
from .friedman import Friedman, friedman

ENOUGH = 10  # blocks for Nemenyi's critical difference to be right (Demšar, 2006)


@dataclass(frozen=True, eq=False)
class Ranking:
    """Average ranks of the losses over complete blocks.

    Attributes:
        labels: of the losses.
        test: None where there are fewer than two complete blocks or two losses.
        incomplete: blocks that were left out, as a cell of theirs is not done.
        notes: what to keep in mind, as sentences.
    """

    labels: list[str]
    test: Friedman | None
    incomplete: int
    notes: list[str]


def rank(gathered: Gathered) -> Ranking:
    """Ranks the losses in each block; a cell that failed, diverged or collapsed ranks last in its block.

    Args:
        gathered: the sweep.
    """
    labels, up = gathered.labels, better(gathered.metric)
    blocks: dict[tuple, dict[str, float]] = {}
    planned: dict[tuple, set[str]] = {}
    for cell in gathered.cells:
        block = cell.seed, cell.fold, cell.backbone, cell.identities, cell.head if gathered.heads_vary else None
        planned.setdefault(block, set()).add(cell.label)
        if outcome := gathered.outcomes.get(cell.id):
            value = gathered.value(outcome)
            blocks.setdefault(block, {})[cell.label] = -np.inf if value is None else up * value
    crossed = [block for block, found in planned.items() if len(found) == len(labels)]
    complete = [block for block in crossed if len(blocks.get(block, {})) == len(labels)]
    notes = []
    if len(crossed) < len(planned):
        notes.append(f"{len(planned) - len(crossed)} blocks do not have every loss and are left out.")
    if len(complete) < 2 or len(labels) < 2:
        notes.append(f"Ranks need two losses and two complete blocks at least; there are {len(complete)} so far.")
        return Ranking(labels, None, len(crossed) - len(complete), notes)
    test = friedman([[blocks[block][label] for label in labels] for block in complete])
    if test.critical_difference >= len(labels) - 1:
        notes.append(
            f"With {test.blocks} blocks the critical difference is as wide as the whole scale: "
            "nothing could be told apart, whatever the results."
        )
    elif test.blocks < ENOUGH:
        notes.append(
            f"The critical difference is an approximation for {ENOUGH} blocks and more; here are {test.blocks}."
        )
    notes.append(
        "Blocks of one data set are not independent data sets, as the test supposes: it speaks about this data, "
        "and is too sure where blocks share their test people."
    )
    return Ranking(labels, test, len(crossed) - len(complete), notes)
