"""Everything that a sweep says, worked out once for the page, the tables and the export."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ..gathered import Gathered, gather
from ..statistics.blocks import Ranking, rank
from ..statistics.summary import Summary, summarize
from .verdict import Verdict, judge


@dataclass(frozen=True, eq=False)
class Answer:
    """What a sweep says.

    Attributes:
        gathered: the sweep.
        summaries: one for each number of people trained on, rising.
        ranking: of the losses over all blocks.
        verdict: about the settings trained on most people.
    """

    gathered: Gathered
    summaries: list[Summary]
    ranking: Ranking
    verdict: Verdict

    @property
    def main(self) -> Summary:
        """Of the settings trained on most people."""
        return self.summaries[-1]

    @property
    def versions(self) -> dict[str, str]:
        """What trained the cells; several values where cells differ."""
        command = self.gathered.command.strip()
        found: dict[str, dict[str, None]] = {"command": {command: None}} if command else {}
        for outcome in self.gathered.outcomes.values():
            for name, value in outcome.versions.items():
                found.setdefault(name, {})[value] = None
        return {name: "; ".join(values) for name, values in found.items()}


def answer(folder: str | os.PathLike[str], metric: str = "accuracy") -> Answer:
    """Works out what a sweep says, as far as it has come.

    Args:
        folder: of the sweep.
        metric: `"accuracy"`, `"auc"`, `"eer"` or `"tar@0.01"`.

    Raises:
        ValueError: it is no sweep, a file in it is not what it should be, or there is no such figure.
    """
    gathered = gather(folder, metric)
    summaries = [summarize(gathered, identities) for identities in gathered.identities]
    return Answer(gathered, summaries, rank(gathered), judge(gathered, summaries[-1]))
