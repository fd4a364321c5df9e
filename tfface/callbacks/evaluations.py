"""Final results of a model in its run: figures with intervals, curves as data, a picture."""

from ..tracking import RunLog, layout, log_results
from .figures import draw_roc, log_figure


def log_verification(log: RunLog, name: str, result, **others) -> None:
    """Logs the result of a verification to `evaluation/<name>`.

    Args:
        log: the run.
        name: of the set.
        result: a `VerificationResult`.
        others: more results of the same set.
    """
    curves = result.curves()
    log_results(log, name, {**result.to_dict(), **others}, curves)
    log_figure(log, f"roc-{name}", draw_roc, curves)


def log_intervals(log: RunLog, name: str, result, step: int) -> None:
    """Logs the intervals of a verification during training beside its series."""
    path = f"{layout.VERIFICATION}/{layout.segment(name)}"
    for metric, interval in result.intervals().items():
        for side, value in interval._asdict().items():
            log.append(f"{path}/{metric.replace('tar_at_far/', 'tar@far=')}_{side}", value, step)
