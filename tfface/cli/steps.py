"""A progress bar on stderr for work of known length."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def steps(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Gives what is to be called with the number of images that are done since the last call."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        line = progress.add_task(what, total=total)
        yield lambda count: progress.advance(line, count)
