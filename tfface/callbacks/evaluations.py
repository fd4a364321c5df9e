"""Final results of a model in its run: figures with intervals, curves as data, a picture."""

from collections.abc import Mapping

from ..evaluation.result import Result
from ..tracking import RunLog, layout, log_results
from .figures import draw_roc, log_figure


def log_verification(log: RunLog, name: str, result: Result, **others) -> None:
    """Logs the result of a protocol to `evaluation/<name>`, with curves and a picture where it has a ROC.

    Args:
        log: the run.
        name: of the set.
        result: a `VerificationResult`, or that of another protocol.
        others: more results of the same set.
    """
    curves = result.curves() if hasattr(result, "curves") else None
    log_results(log, name, {**result.to_dict(), **others}, curves)
    if curves:
        log_figure(log, f"roc-{name}", draw_roc, curves)


def log_intervals(log: RunLog, name: str, result: Result, step: int) -> None:
    """Logs the intervals of a result during training beside its series."""
    path = f"{layout.VERIFICATION}/{layout.segment(name)}"
    for metric, interval in result.intervals().items():
        for side, value in interval._asdict().items():
            log.append(f"{path}/{metric.replace('tar_at_far/', 'tar@far=')}_{side}", value, step)


def log_figures(log: RunLog, name: str, figures: Mapping[str, float], step: int) -> None:
    """Logs figures measured within an epoch, `verification/<name>/steps/<metric>`."""
    for metric, value in figures.items():
        log.append(f"{layout.VERIFICATION}/{layout.segment(name)}/steps/{layout.segment(metric)}", value, step)
