from functools import partial

from .. import functional as F
from ..functional.distances import DISTANCES, paired
from ..functional.triplets import AVERAGES, FORMS, MININGS
from . import _check
from ._base import EmbeddingLoss
from .registry import register


@register("triplet")
class TripletLoss(EmbeddingLoss):
    r"""Triplet loss: an anchor is nearer to its own identity than to any other, by a margin.

    `L = [d_ap − d_an + m]₊` over triplets (anchor, positive, negative) that `mining` picks from the batch.

    Args:
        margin: m ≥ 0, or `"soft"` for `ln(1 + e^{d_ap − d_an})`.
        mining: `"all"` triplets; `"hard"`: the farthest positive and the nearest negative of each anchor;
            `"semi-hard"`: for each positive the nearest negative farther than it, else the farthest one (FaceNet);
            `"semi-hard-all"`: all negatives between d_ap and d_ap + m; `"distance-weighted"`: a negative drawn for each
            positive with probability ∝ 1/density(d); `"none"`: embeddings (B, 3, D) are the triplets.
        distance: `"sqeuclidean"`, `"euclidean"`, `"cosine"` or `"angular"` (radians).
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
        super().__init__(**kwargs)
        self.margin = margin if margin == "soft" else _check.number("margin", margin, 0.0)
        self.mining = _check.choice("mining", mining, MININGS)
        self.distance = _check.choice("distance", distance, tuple(DISTANCES))
        self.form = _check.choice("form", form, FORMS)
        self.average = _check.choice("average", average, AVERAGES)
        self.normalize = _check.choice("normalize", normalize, (False, True))
        self.seed = _check.whole("seed", seed, 0)
        if margin == "soft" and mining == "semi-hard-all":
            raise ValueError('mining="semi-hard-all" picks triplets by the margin: expected a number, received "soft"')
        if margin == "soft" and form == "squared":
            raise ValueError('form="squared" squares the hinge: expected a number as margin, received "soft"')
        if mining == "distance-weighted" and not (normalize and distance == "sqeuclidean"):
            raise ValueError(
                'mining="distance-weighted" knows the density of unit vectors: expected distance="sqeuclidean" and '
                f"normalize=True, received distance={distance!r} and normalize={normalize!r}"
            )

    def embedding_losses(self, labels, embeddings, state):
        given = self.mining == "none"
        _check.embeddings(self, embeddings, *((3, "triplets of embeddings (B, 3, D)") if given else ()))
        embeddings = F.normalize(embeddings) if self.normalize else embeddings
        if given:
            return F.given_triplets(embeddings, partial(paired, self.distance), self.margin, self.form), {}
        pairs = F.batch_pairs(labels, embeddings, self.distance)
        return F.batch_triplets(pairs, self.mining, self.margin, self.form, self.average, self.seed), {}
