from . import _check
from ._base import ClassLoss


class AnnealedLoss(ClassLoss):
    """What `SphereFace` and `LSoftmax` share: a whole factor m, brought in by a λ that falls with the steps."""

    margin_type: type  # of functional.margins

    def __init__(self, margin=4, lambda_start=1500.0, lambda_decay=0.1, lambda_min=5.0, **kwargs):
        super().__init__(**kwargs)
        self.margin = _check.whole("margin", margin, 1)
        self.lambda_start = _check.number("lambda_start", lambda_start, 0.0)
        self.lambda_decay = _check.number("lambda_decay", lambda_decay, 0.0)
        self.lambda_min = _check.number("lambda_min", lambda_min, 0.0)

    @property
    def rule(self):
        return self.margin_type(
            margin=self.margin,
            lambda_start=self.lambda_start,
            lambda_decay=self.lambda_decay,
            lambda_min=self.lambda_min,
        )
