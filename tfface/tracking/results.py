"""Final results of a trained model."""

from collections.abc import Mapping

from . import layout
from .log import RunLog


def log_results(run, name: str, results: Mapping, curves: Mapping | None = None) -> None:
    """Logs final results to `evaluation/<name>/<metric>`, where the comparison page looks for them.

    Args:
        run: a Neptune run or handler.
        name: the evaluation set, `"lfw"`.
        results: metric -> value, may be nested: `{"accuracy": 0.93, "accuracy_std": 0.02, "auc": 0.98,
            "tar_at_far": {0.01: 0.71}, "rank1": 0.9}`.
        curves: ROC and score histograms as plain data, to draw runs over each other; stored as a JSON file.

    Raises:
        TypeError: `run` is no run.

    Example:
        >>> log_results(run, "orl", result.to_dict(), result.curves())  # doctest: +SKIP
    """
    log = run if isinstance(run, RunLog) else RunLog(run)
    path = f"{layout.EVALUATION}/{layout.segment(name)}"
    log.update(path, results)
    if curves:
        log.json(f"{path}/curves", curves)
    log.flush()
