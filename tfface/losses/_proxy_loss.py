"""What the losses with learnt proxies share: the proxies as trained weights of the model."""

from .. import functional as F
from . import _check
from ._base import EmbeddingLoss


class ProxyLoss(EmbeddingLoss):
    """Base of the losses that compare embeddings with learnt proxies. Each loss of a sum has proxies of its own."""

    instead = ("backbone", "tfface.{}(num_classes)")

    def __init__(self, num_classes, **kwargs):
        super().__init__(**kwargs)
        self.num_classes = _check.whole("num_classes", num_classes, 2)

    @property
    def _weight(self):
        return f"{self.name}_proxies"

    def proxies_shape(self, size):
        """The shape of the proxies for embeddings of this size."""
        return (self.num_classes, size)

    def state(self, sizes):
        shape = self.proxies_shape(sizes.embedding)
        return (F.StateSpec(self._weight, shape, "he_normal", trainable=True),)

    def read_labels(self, y_true):
        return F.class_ids(y_true, self.num_classes)

    def embedding_losses(self, labels, embeddings, state):
        _check.embeddings(self, embeddings)
        return self.proxy_losses(labels, embeddings, state[self._weight]), {}

    def proxy_losses(self, labels, embeddings, proxies):
        """Losses (B,), whose mean over the global batch is the loss."""
        raise NotImplementedError
