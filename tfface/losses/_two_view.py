"""What the losses on two views share."""

from . import _check
from ._base import FaceLoss


class TwoViewLoss(FaceLoss):
    """A loss on two views of the same images, without labels.

    Values (B,) have the loss as their mean over the global batch. What is one number of the whole batch (a correlation
    of columns) is repeated for every sample, so sample weights scale it.
    """

    kind = "two_view"
    # What a TwoViewModel gives it: predictions and targets, or projections alone; targets from the slow copy of the
    # network, or its own; both views as one batch for batch normalisation, or one after the other.
    predicts = False
    slow_targets = False
    together = False

    def call(self, y_true, y_pred):
        """Losses (B,) from the two views, in any Keras model whose targets are the other view."""
        if self.needs:
            raise ValueError(
                f"{type(self).__name__} needs {self.needs}, which a plain Keras model cannot give it; write instead:\n"
                "    model = tfface.TwoViewModel(backbone, projector, momentum=0.999)\n"
                f"    model.compile(optimizer, loss=tfface.{type(self).__name__}(...))\n"
                "or, in a training step of your own, loss.view_losses(targets, predictions, state)"
            )
        return self.view_losses(y_true, y_pred, {})[0]

    def view_losses(self, first, second, state):
        """Losses (B,), whose mean over the global batch is the loss, and the new values of the loss's weights.

        Args:
            first: one view or the targets, what Keras calls `y_true`.
            second: the other view or the predictions, `y_pred`.
            state: the weights declared by `state(sizes)`, by name.
        """
        raise NotImplementedError


class PredictiveLoss(TwoViewLoss):
    """A two-view loss on targets and predictions, each (B, 2, D) holding both views of every image."""

    predicts = True

    def view_losses(self, first, second, state):
        targets, predictions = _check.views(self, first, second, rank=3)
        return self.compared(predictions[:, 0], predictions[:, 1], targets[:, 0], targets[:, 1]), {}

    def compared(self, p1, p2, z1, z2):
        """Losses (B,) from the predictions of both views and the targets of both views, (B, D) each."""
        raise NotImplementedError
