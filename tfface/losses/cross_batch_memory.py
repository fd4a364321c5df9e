from collections.abc import Mapping

import tensorflow as tf

from .. import functional as F
from ..functional.labels import IGNORED
from . import _check
from ._base import EmbeddingLoss
from ._pairs import PairLoss
from .registry import get, register

MEMORY = ("memory_labels", "memory", "memory_position")
STEPS = "memory_steps"


@register("cross_batch_memory")
class CrossBatchMemory(EmbeddingLoss):
    r"""Cross-batch memory (XBM): a loss on pairs whose anchors also meet the embeddings of the last batches.

    `L = loss(batch × (batch ∪ memory))`; then the global batch takes the place of the oldest embeddings. What is
    remembered is not differentiated. The memory belongs to the `FaceModel`, and losses that say the same size and start
    share it. Evaluation compares with what training left there.

    Args:
        loss: a loss on pairs or triplets, by name or as an object: `tfface.TripletLoss(mining="hard")`.
        size: how many embeddings are remembered.
        start: training steps before which nothing is remembered, since embeddings move fast in the beginning.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, a loss that does not compare the pairs of a batch, or a use outside
            a `FaceModel`.

    Example:
        >>> import tfface
        >>> loss = tfface.CrossBatchMemory(tfface.ContrastiveLoss(), size=1024)
        >>> [spec.name for spec in loss.state(tfface.functional.Sizes(embedding=128))]
        ['memory_labels', 'memory', 'memory_position', 'memory_steps']

    Reference:
        Wang, Zhang, Huang, Scott: Cross-Batch Memory for Embedding Learning, 2020, arXiv 1912.06798.
    """

    instead = PairLoss.instead

    def __init__(self, loss, size, start=0, **kwargs):
        super().__init__(**kwargs)
        name, arguments = (loss["name"], {**loss}) if isinstance(loss, Mapping) else (loss, {})
        arguments.pop("name", None)
        self.loss = get(name, **arguments)
        if not isinstance(self.loss, PairLoss) or not self.loss.takes_memory:
            raise ValueError(f"loss: expected a loss on the pairs of a batch, received {loss!r}")
        self.size = _check.whole("size", size, 1)
        self.start = _check.whole("start", start, 0)

    def state(self, sizes):
        weights = {
            # int64: TensorFlow keeps int32 weights off GPUs, where a step compiled by XLA does not reach them.
            "memory_labels": ((self.size,), IGNORED, "int64"),
            "memory": ((self.size, sizes.embedding), 0.0, "float32"),
            "memory_position": ((), 0, "int64"),
            STEPS: ((), 0, "int64"),
        }
        own = (
            F.StateSpec(name, shape, initial, dtype=dtype, moved_by=("start", self.start))
            for name, (shape, initial, dtype) in weights.items()
        )
        return *own, *self.loss.state(sizes)

    def read_labels(self, y_true):
        return self.loss.read_labels(y_true)

    def embedding_losses(self, labels, embeddings, state):
        memory = [tf.convert_to_tensor(state[name]) for name in MEMORY]
        known, kept_embeddings, position = memory
        before = F.Memory(tf.cast(known, tf.int32), kept_embeddings, tf.cast(position, tf.int32))
        losses, changed = self.loss.embedding_losses(labels, embeddings, state, before[:2])
        steps = tf.convert_to_tensor(state[STEPS]) + 1
        after = F.remembered(before, labels, embeddings)
        kept = [
            tf.where(steps > self.start, tf.cast(new, old.dtype), old) for new, old in zip(after, memory, strict=True)
        ]
        return losses, {**changed, **dict(zip(MEMORY, kept, strict=True)), STEPS: steps}
