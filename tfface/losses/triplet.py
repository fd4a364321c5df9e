from dataclasses import replace

from .. import functional as F
from ..functional.triplet_penalty import FORMS
from ..functional.triplets import AVERAGES, WINDOW
from . import _check
from ._pairs import PairLoss
from .registry import register


@register("triplet")
class TripletLoss(PairLoss):
    r"""Triplet loss: an anchor is nearer to its own identity than to any other, by a margin.

    `L = [d_ap − d_an + m]₊` over triplets (anchor, positive, negative) that `mining` picks from the batch.

    Args:
        margin: m ≥ 0, or `"soft"` for `ln(1 + e^{d_ap − d_an})`.
        mining: `"all"` triplets; `"hard"`: the farthest positive and the nearest negative of each anchor;
            `"semi-hard"`: for each positive the nearest negative farther than it, else the farthest one (FaceNet);
            `"semi-hard-all"`: all negatives between d_ap and d_ap + m; `"easy"`: the nearest positive of each anchor,
            with its semi-hard negative; `"distance-weighted"`: a negative drawn for each positive with probability
            ∝ 1/density(d); `"multi-similarity"`: all triplets of the pairs that it keeps; `"none"`: embeddings
            (B, 3, D) are the triplets. Or an object of `tfface.miners`.
        distance: `"sqeuclidean"`, `"euclidean"`, `"cosine"`, `"angular"` (radians) or `"dot"`, or an object of
            `tfface.distances`.
        form: `"hinge"`, or `"squared"` for its square.
        average: `"active"`: over the triplets whose loss is above 0; `"all"`: over all that were mined.
        normalize: whether embeddings are L2-normalised first.
        seed: of the draws of `"distance-weighted"`.
        **kwargs: `name` and `reduction`, as in `keras.losses.Loss`.

    Raises:
        ValueError: an argument outside its domain, arguments that exclude each other, or embeddings of the wrong rank.

    Example:
        >>> import tfface
        >>> embeddings = [[1.0, 0.0], [0.6, 0.8], [0.8, -0.6]]
        >>> round(float(tfface.TripletLoss(margin=0.2, mining="hard")([0, 0, 1], embeddings)), 4)
        0.6

    Reference:
        Schroff, Kalenichenko, Philbin: FaceNet: A Unified Embedding for Face Recognition and Clustering, 2015,
        arXiv 1503.03832. Hermans, Beyer, Leibe: In Defense of the Triplet Loss, 2017, arXiv 1703.07737.
        Wu, Manmatha, Smola, Krähenbühl: Sampling Matters in Deep Embedding Learning, 2017, arXiv 1706.07567.
    """

    own_minings = (WINDOW, "none")

    def __init__(
        self,
        margin=0.2,
        mining="semi-hard",
        distance="sqeuclidean",
        form="hinge",
        average="active",
        normalize=True,
        seed=0,
        **kwargs,
    ):
        super().__init__(distance, normalize, mining, **kwargs)
        self.margin = margin if margin == "soft" else _check.number("margin", margin, 0.0)
        self.form = _check.choice("form", form, FORMS)
        self.average = _check.choice("average", average, AVERAGES)
        self.seed = _check.whole("seed", seed, 0)
        if margin == "soft" and mining == WINDOW:
            raise ValueError('mining="semi-hard-all" picks triplets by the margin: expected a number, received "soft"')
        if margin == "soft" and form == "squared":
            raise ValueError('form="squared" squares the hinge: expected a number as margin, received "soft"')

    @property
    def miner(self):
        miner = super().miner
        return replace(miner, seed=self.seed) if self.mining == "distance-weighted" else miner

    @property
    def takes_memory(self):
        return self.mining != "none"

    def embedding_losses(self, labels, embeddings, state, memory=None):
        if self.mining != "none":
            return super().embedding_losses(labels, embeddings, state, memory)
        _check.embeddings(self, embeddings, 3, "triplets of embeddings (B, 3, D)")
        embeddings = F.normalize(embeddings) if self.normalize else embeddings
        return F.given_triplets(embeddings, self.metric.paired, self.margin, self.form), {}

    def mine(self, pairs):
        return pairs  # triplets are picked by the loss itself

    def pair_losses(self, pairs, state):
        mining = WINDOW if self.mining == WINDOW else self.miner
        return F.batch_triplets(pairs, mining, self.margin, self.form, self.average)
