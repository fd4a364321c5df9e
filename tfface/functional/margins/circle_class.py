"""Circle loss on class weights: each cosine is weighed by how far it is from its optimum (arXiv 2002.10857)."""

from dataclasses import dataclass

import tensorflow as tf

from .normface import NormFaceMargin


@dataclass(frozen=True)
class CircleClassMargin(NormFaceMargin):
    """z_y = s α_p (c_y − (1 − m)), z_j = s α_n (c_j − m), α_p = [1 + m − c_y]+, α_n = [c_j + m]+ not differentiated."""

    margin: float

    def target_logit(self, score, sample):
        weight = tf.stop_gradient(tf.nn.relu(1.0 + self.margin - score))
        return self.scale * weight * (score - (1.0 - self.margin))

    def other_logits(self, scores, sample):
        weight = tf.stop_gradient(tf.nn.relu(scores + self.margin))
        return self.scale * weight * (scores - self.margin)
