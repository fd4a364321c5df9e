"""COCO, congenerous cosine: the scale that a number of classes asks for (Liu et al. 2017, arXiv 1710.00870)."""

import math


def coco_scale(num_classes: int, epsilon: float) -> float:
    """α = ½ ln((C − 1) / (e^ε − 1)), with which the loss can fall to ε and no further.

    The least loss that cosines allow has c_y = 1 and all other c_j = −1: ln(1 + (C − 1) e^{−2α}), which this α makes ε.
    """
    return 0.5 * math.log((num_classes - 1) / math.expm1(epsilon))
