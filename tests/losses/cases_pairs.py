"""The certified cases of circle, multi-similarity, SupCon, NT-Xent and margin losses, of miners and of the memory."""

from functools import partial

import numpy as np
import reference_pairs as ref
from case import CLASSES, SIZE, Case, case

import tfface

_random = np.random.default_rng(7)
MEMORY = np.array([0, 3, 3, -1, 1, -1, 5], "int32"), _random.normal(size=(7, SIZE))
STATE = {
    "memory_labels": MEMORY[0],
    "memory": MEMORY[1],
    "memory_position": np.array(5, "int32"),
    "memory_steps": np.array(9, "int32"),
}

CASES = [
    Case("circle", tfface.CircleLoss(), ref.circle, exact_gradient=False),
    Case(
        "circle-batch",
        tfface.CircleLoss(margin=0.25, scale=8.0, scope="batch", positive_optimum=1.1, negative_optimum=0.1),
        partial(ref.circle, margin=0.25, scale=8.0, scope="batch", positive_optimum=1.1, negative_optimum=0.1),
        exact_gradient=False,
    ),
    Case("multi_similarity", tfface.MultiSimilarity(), ref.multi_similarity),
    Case(
        "multi_similarity-options",
        tfface.MultiSimilarity(3.0, 5.0, 0.5, "euclidean", mining=tfface.miners.MultiSimilarity(epsilon=0.3)),
        partial(ref.multi_similarity, alpha=3.0, beta=5.0, base=0.5, epsilon=0.3, metric="euclidean"),
    ),
    case("supcon", tfface.SupCon, ref.supcon, temperature=0.2, base_temperature=0.07),
    case("ntxent", tfface.NTXent, ref.ntxent, temperature=0.2),
    Case(
        "distance_weighted_margin",
        tfface.DistanceWeightedMargin(num_classes=CLASSES, regularization=0.1, mining="semi-hard"),
        lambda labels, x, betas: ref.distance_weighted_margin(labels, x, 0.2, betas, 0.1, "semi-hard"),
        trained={"margin_beta": lambda weights: 1.2 + 0.1 * weights[:, 0]},
    ),
    case(
        "distance_weighted_margin-all",
        partial(tfface.DistanceWeightedMargin, learn_beta=False, mining="all"),
        ref.distance_weighted_margin,
        {"beta": "betas"},
        beta=1.1,
        margin=0.3,
    ),
    Case(
        "cross_batch_memory",
        tfface.CrossBatchMemory(tfface.ContrastiveLoss(margin=2.0), size=7),
        partial(ref.contrastive, margin=2.0, memory=MEMORY),
        state=STATE,
    ),
    case("triplet-easy", partial(tfface.TripletLoss, mining="easy"), ref.easy_triplet, margin=0.4),
]
