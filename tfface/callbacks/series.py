"""Which series a value of Keras' epoch logs belongs to."""

import re
from collections.abc import Container, Mapping

from ..tracking import layout

# what `tfface.callbacks.Verification` adds for each of its sets: the figures of the protocols' results
_VERIFICATION = re.compile(
    r"val_(?P<set>.+)_(?P<metric>accuracy|auc|eer|[a-z]+@(far=)?[^_]+|rank-\d+|[pr]-precision|nmi|pairwise-f|ece|brier|cllr)"
)


def series_of(key: str, logs: Mapping, own: Container[str] = ()) -> str:
    """The path of a log key's series.

    Args:
        key: `loss`, `val_loss`, `val_orl_accuracy`.
        logs: all of the epoch's: `val_x` is the validation of `x`.
        own: names of the model's metrics, of which one may itself begin with `val_`.

    Example:
        >>> series_of("val_orl_accuracy", {"loss": 1.0, "accuracy": 0.5})
        'verification/orl/accuracy'
    """
    name = layout.segment(key)
    if key in ("learning_rate", "lr"):  # from Keras' own schedules, under either name
        return layout.LEARNING_RATE
    if not key.startswith("val_") or key in own:
        return f"{layout.TRAIN_EPOCH}/{name}"
    found = _VERIFICATION.fullmatch(key)
    if found and key.removeprefix("val_") not in logs:
        return f"{layout.VERIFICATION}/{layout.segment(found['set'])}/{layout.segment(found['metric'])}"
    return f"{layout.VALIDATION_EPOCH}/{name.removeprefix('val_')}"
