"""What a training gave, for people: one line per figure, or one table for several trainings."""

from collections.abc import Iterable

from rich import box
from rich.table import Table

from .held_out import Measured
from .result import TrainResult


def summary(result: TrainResult) -> str:
    """A few lines on one training: where it lies, what it reached, how long it took.

    Args:
        result: what `train` returned.

    Example:
        >>> print(summary(train("faces.yaml")))  # doctest: +SKIP
    """
    lines = [f"model    {result.output / 'model.keras'}", f"run      {result.run_id}"]
    if result.measured:
        lines.append(f"verify   {result.measured.verification}")
        if result.measured.identification:
            lines.append(f"identify {result.measured.identification}")
    if result.skipped:
        lines.append(f"skipped  {len(result.skipped)} images; first: {result.skipped[0]}")
    return "\n".join([*lines, f"seconds  {result.seconds:.0f}"])


def results_table(rows: Iterable[tuple[str, Measured, float | None, str | None]]) -> Table:
    """A table of (loss, measured, seconds, run id); a row that was not trained has neither seconds nor id."""
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("loss", no_wrap=True)
    for heading in ("accuracy", "AUC", "EER", "TAR@\nFAR=1e-2", "rank-1", "seconds"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("run", no_wrap=True)
    for name, measured, seconds, run_id in rows:
        found = measured.verification
        table.add_row(
            name,
            f"{100 * found.accuracy:.1f} ± {found.accuracy_std:.1%}",
            f"{found.auc:.3f}",
            f"{found.eer:.1%}",
            f"{found.tar_at_far[0.01]:.1%}",
            f"{measured.identification.rank1:.1%}" if measured.identification else "–",
            "–" if seconds is None else f"{seconds:.0f}",
            run_id or "–",
        )
    return table
