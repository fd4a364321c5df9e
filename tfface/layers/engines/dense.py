"""The dense engine: all scores (B, C) at once."""


class DenseEngine:
    """Evaluates the loss on the scores of all classes."""

    def build(self, head):
        """The dense engine keeps nothing."""

    def classes_a_step(self, num_classes):
        """All of them."""
        return num_classes

    def supervise(self, head, embeddings, labels, loss, state, training):
        return head.judge(embeddings, labels, loss, state, training)
