"""What losses on the pairs of a batch share: a distance, a miner, and partners from other replicas or a memory."""

from .. import functional as F
from ..functional import distances, miners
from ..functional.miners import DistanceWeighted
from . import _check
from ._base import EmbeddingLoss


class PairLoss(EmbeddingLoss):
    """A loss on the pairs of a batch: each sample is an anchor, all samples of all replicas are partners.

    Args:
        distance: a name or an object of `tfface.distances`.
        normalize: whether embeddings are L2-normalised first.
        mining: a name or an object of `tfface.miners`.
    """

    # What `mining` may be besides the miners.
    own_minings: tuple[str, ...] = ()
    # Whether distances below 0 make sense.
    signed_distances = True
    instead = ("backbone", "tfface.{}(...)")

    def __init__(self, distance="cosine", normalize=True, mining="all", **kwargs):
        super().__init__(**kwargs)
        metric, miner = distances.get(distance), miners.get("all" if mining in self.own_minings else mining)
        if metric.signed and not self.signed_distances:
            raise ValueError(f"distance: expected one that is never below 0, received {distance!r}")
        self.distance = distance if isinstance(distance, str) else metric
        self.normalize = _check.choice("normalize", normalize, (False, True))
        self.mining = mining if isinstance(mining, str) else miner
        if isinstance(miner, DistanceWeighted) and not (normalize or metric.directions):
            raise ValueError(
                f"mining: {mining!r} knows the density of unit vectors: expected normalize=True, received {normalize!r}"
            )

    @property
    def metric(self) -> F.Distance:
        """The distance as an object."""
        return distances.get(self.distance)

    @property
    def miner(self) -> F.Miner:
        """The miner as an object."""
        return miners.get("all" if self.mining in self.own_minings else self.mining)

    @property
    def takes_memory(self) -> bool:
        """Whether there may be partners that are nobody's anchors."""
        return True

    def embedding_losses(self, labels, embeddings, state, memory=None):
        """Losses (B,) and the new state; `memory` holds labels (M,) and embeddings (M, D) of further partners."""
        _check.embeddings(self, embeddings)
        if self.normalize:
            embeddings = F.normalize(embeddings)
            memory = memory and (memory[0], F.normalize(memory[1]))
        pairs = F.batch_pairs(labels, embeddings, self.metric, memory)
        return self.pair_losses(self.mine(pairs), state), {}

    def mine(self, pairs: F.Pairs) -> F.Pairs:
        """The pairs that the loss looks at."""
        return self.miner.narrow(pairs)

    def pair_losses(self, pairs: F.Pairs, state):
        """Losses (B,), whose mean over the global batch is the loss."""
        raise NotImplementedError
