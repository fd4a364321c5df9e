"""The dense engine: all scores (B, C) at once."""

from ... import functional as F


class DenseEngine:
    """Evaluates the loss on the scores of all classes."""

    def build(self, head):
        """The dense engine keeps nothing."""

    def supervise(self, head, embeddings, labels, loss, state, training):
        from .._head import Supervision

        scores = head.scores(embeddings)
        losses, new_state = loss.class_losses(labels, scores, F.norm(embeddings), state, training)
        return Supervision(losses, new_state, scores, labels)
