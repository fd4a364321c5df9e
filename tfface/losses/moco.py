from .. import functional as F
from . import _check
from ._two_view import TwoViewLoss
from .registry import register

QUEUE, POINTER = "moco_queue", "moco_pointer"


@register("moco")
class MoCo(TwoViewLoss):
    r"""MoCo: a query finds the key of the same image among the keys of former batches.

    InfoNCE, `L = −log e^{q·k/τ} / (e^{q·k/τ} + Σ_n e^{q·n/τ})`, all L2-normalised, over the keys n in a queue; then the
    global batch's keys replace the oldest of the queue. No gradient goes through keys and queue, inside the loss.
    Called on keys (B, D), from the slow copy of the network, and queries (B, D), from the one that learns:
    `losses, state = loss.view_losses(keys, queries, state)`. The queue starts at random, as in the paper; it and its
    pointer are weights of the model.

    Args:
        temperature: τ > 0; 0.2 is version 2's, 0.07 was version 1's.
        queue_size: K ≥ 1, keys that are kept.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, views of the wrong shape, or a model that has no queue.

    Example:
        >>> import tfface
        >>> keys = queries = [[1.0, 0.0], [0.0, 1.0]]
        >>> state = {"moco_queue": [[0.6, 0.8]] * 3, "moco_pointer": 2.0}
        >>> losses, state = tfface.MoCo(queue_size=3).view_losses(keys, queries, state)
        >>> state["moco_queue"].numpy().tolist(), float(state["moco_pointer"])  # doctest: +ELLIPSIS
        ([[0.0, 1.0], [0.6..., 0.8...], [1.0, 0.0]], 1.0)

    Reference:
        He, Fan, Wu, Xie, Girshick: Momentum Contrast for Unsupervised Visual Representation Learning, 2019,
        arXiv 1911.05722. Chen, Fan, Girshick, He: Improved Baselines with Momentum Contrastive Learning, 2020,
        arXiv 2003.04297.
    """

    slow_targets = True

    def __init__(self, temperature=0.2, queue_size=65536, **kwargs):
        super().__init__(**kwargs)
        self.temperature = _check.number("temperature", temperature, 0.0, above=True)
        self.queue_size = _check.whole("queue_size", queue_size, 1)

    def state(self, sizes):
        # The keys of a queue count by their direction.
        return (F.StateSpec(QUEUE, (self.queue_size, sizes.embedding), "random_normal"), F.StateSpec(POINTER, ()))

    def view_losses(self, first, second, state):
        keys, queries = _check.views(self, first, second)
        queue = F.numerics.as_float32(state[QUEUE])
        losses = F.moco(queries, keys, queue, self.temperature)
        queue, pointer = F.enqueued(keys, queue, state[POINTER])
        return losses, {QUEUE: queue, POINTER: pointer}
