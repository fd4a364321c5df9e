"""The certified cases of losses on embeddings: centres, pairs, triplets."""

from functools import partial

import reference as ref
from case import CENTERS, CLASSES, Case, case

import tfface

_metric = {"distance": "metric"}

CASES = [
    Case("center", tfface.CenterLoss(CLASSES), partial(ref.center, centers=CENTERS), state={"centers": CENTERS}),
    Case("center-batch", tfface.CenterLoss(CLASSES, centers="batch"), ref.batch_center),
    case("contrastive", tfface.ContrastiveLoss, ref.contrastive, margin=2.0),
    case("contrastive-linear", tfface.ContrastiveLoss, ref.contrastive, margin=2.0, form="linear"),
    *[
        case(f"contrastive-{metric}", tfface.ContrastiveLoss, ref.contrastive, _metric, distance=metric, normalize=True)
        for metric in ("sqeuclidean", "cosine", "angular")
    ],
    *[
        case(f"triplet-{mining}", tfface.TripletLoss, ref.triplet, mining=mining, margin=0.4)
        for mining in ("all", "hard", "semi-hard", "semi-hard-all")
    ],
    *[
        case(f"triplet-{mining}-over-all", tfface.TripletLoss, ref.triplet, mining=mining, average="all")
        for mining in ("all", "hard", "semi-hard", "semi-hard-all")
    ],
    *[
        case(f"triplet-{mining}-squared", tfface.TripletLoss, ref.triplet, mining=mining, form="squared", margin=0.5)
        for mining in ("all", "hard", "semi-hard", "semi-hard-all")
    ],
    *[
        case(f"triplet-{mining}-soft", tfface.TripletLoss, ref.triplet, mining=mining, margin="soft")
        for mining in ("all", "hard", "semi-hard")
    ],
    *[
        case(f"triplet-{metric}", tfface.TripletLoss, ref.triplet, _metric, distance=metric, mining="all", margin=0.3)
        for metric in ("euclidean", "cosine", "angular")
    ],
    case("triplet-raw", tfface.TripletLoss, ref.triplet, normalize=False, mining="semi-hard", margin=3.0),
]
