"""ElasticFace: a margin drawn anew for each sample in each step (Boutros et al. 2022, arXiv 2109.09416)."""

from dataclasses import dataclass

import tensorflow as tf

from .. import replicas
from ..margin import StateSpec
from .arcface import turned
from .normface import NormFaceMargin

STEP = "elasticface_step"
BASES = ("arc", "cos")


def elastic_margins(shape, mean, deviation, seed, step):
    """Margins ~ N(mean, deviation²), a function of seed and step alone."""
    normal = tf.random.stateless_normal(shape, [seed, tf.cast(step, tf.int32)], alg="philox")
    return mean + deviation * normal


def by_hardness(margins, cosines, counted):
    """The margins (B,) dealt out so that the smaller cosine has the larger margin; ignored samples take no part.

    Of the margins those stay that were drawn for counted samples.
    """
    # Both orders begin with the ignored samples, so rank meets rank among the others.
    hardest_last = tf.argsort(tf.where(counted, cosines, cosines.dtype.max), direction="DESCENDING", stable=True)
    ascending = tf.sort(tf.where(counted, margins, margins.dtype.min))
    rank = tf.argsort(hardest_last)
    return tf.where(counted, tf.gather(ascending, rank), 0.0)


@dataclass(frozen=True)
class ElasticFaceMargin(NormFaceMargin):
    """z_y = s cos(θ_y + m_i) or s (cos θ_y − m_i), m_i ~ N(m, σ²); z_j = s cos θ_j. Outside training m_i = m."""

    base: str
    margin: float
    deviation: float
    plus: bool
    seed: int

    def state(self, sizes):
        return (StateSpec(STEP, ()),)

    def advance(self, sample):
        return {STEP: sample.state[STEP] + 1.0}

    def target_logit(self, score, sample):
        margins = self._drawn(score, sample) if sample.training else self.margin
        return self.scale * (turned(score, margins) if self.base == "arc" else score - margins)

    def _drawn(self, score, sample):
        """This replica's margins (B,): those of its rows in the global batch."""
        counted = replicas.gather(sample.counted)
        margins = elastic_margins(tf.shape(counted), self.margin, self.deviation, self.seed, sample.state[STEP])
        if self.plus:
            margins = by_hardness(margins, replicas.gather(tf.stop_gradient(score)), counted)
        return tf.gather(margins, replicas.own_rows(tf.shape(score)[0]))
