"""The dense engine: all scores (B, C) at once."""

from .engine import Engine


class DenseEngine(Engine):
    """Evaluates the loss on the scores of all classes."""

    def supervise(self, head, embeddings, labels, loss, state, training, taken):
        return head.judge(embeddings, labels, loss, state, training)
