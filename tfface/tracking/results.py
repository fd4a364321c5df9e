"""Final results of a trained model."""

from collections.abc import Mapping

from . import layout
from .log import RunLog


def log_results(run, name: str, results: Mapping) -> None:
    """Logs final results to `evaluation/<name>/<metric>`, where the comparison page looks for them.

    Args:
        run: a Neptune run or handler.
        name: the evaluation set, `"lfw"`.
        results: metric -> value, may be nested: `{"accuracy": 0.93, "accuracy_std": 0.02, "auc": 0.98,
            "tar_at_far": {0.01: 0.71}, "rank1": 0.9}`.

    Example:
        >>> log_results(run, "orl", result.to_dict())  # doctest: +SKIP
    """
    log = run if isinstance(run, RunLog) else RunLog(run)
    log.update(f"{layout.EVALUATION}/{layout.segment(name)}", results)
    log.flush()
