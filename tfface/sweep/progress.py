"""A progress bar for a whole sweep, with what the last cell came to."""

import sys
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .outcome import Outcome


@contextmanager
def progress_bar(cells: int):
    """Shows a bar on stderr; gives what is to be called with each outcome.

    Args:
        cells: how many there are.

    Example:
        >>> with progress_bar(1) as tell:  # doctest: +SKIP
        ...     tell(read_outcome("sweep/cells/softmax-seed-0"))
    """
    columns = TextColumn("sweep"), BarColumn(), MofNCompleteColumn(), TextColumn("cells"), TimeElapsedColumn()
    with Progress(*columns, TextColumn("{task.fields[last]}"), console=Console(file=sys.stderr)) as progress:
        line = progress.add_task("sweep", total=cells, last="")
        yield lambda outcome: progress.update(line, advance=1, last=_told(outcome))


def _told(outcome: Outcome) -> str:
    figure = outcome.metrics.get("accuracy")
    what = f"{figure:.1%}" if outcome.status == "finished" and figure is not None else outcome.status
    return f"{outcome.cell.label}, seed {outcome.cell.seed}: {what}"
