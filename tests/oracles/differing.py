"""Answers that are not ours: each with the nearest of ours, and why it is another."""

from dataclasses import dataclass
from math import radians

import tensorflow as tf
from counterparts import RANGE, triplet
from oracle import Counterpart, on_classes, on_embeddings
from recording import BATCH, CLASSES

import tfface


@dataclass(frozen=True)
class Differs:
    """The nearest of ours, why the answer is another, and whether in value or only in gradient."""

    nearest: Counterpart
    why: str
    value: bool = True


# Of the peer's 16 places the batch itself takes 12.
REMEMBERED = 4


def last(name):
    return lambda inputs: inputs[name][-REMEMBERED:]


memory = {
    "memory": last("other_embeddings"),
    "memory_labels": last("labels"),
    "memory_position": lambda _: tf.constant(0),
    "memory_steps": lambda _: tf.constant(1),
}

DIFFERING = {
    "pytorch_metric_learning": {
        "contrastive-default": Differs(
            on_embeddings(tfface.ContrastiveLoss(form="linear", normalize=True)),
            "its default adds the mean over active positive pairs and the mean over active negative pairs",
        ),
        "triplet-nearer-negatives": Differs(
            triplet("hard"),
            'its "hard" triplets are all whose negative is nearer than the positive, ours one an anchor',
        ),
        "margin-regularized": Differs(
            on_embeddings(
                tfface.DistanceWeightedMargin(num_classes=CLASSES, regularization=0.5, mining="hard"),
                state={"margin_beta": "betas"},
            ),
            "it divides the sum of ν β by the number of active pairs, ours is the mean over the anchors",
        ),
        "margin-all": Differs(
            on_embeddings(tfface.DistanceWeightedMargin(learn_beta=False, mining="all")),
            "over all triplets it counts a pair as often as there are triplets with it, ours counts it once",
        ),
        "xbm-contrastive": Differs(
            on_embeddings(
                tfface.CrossBatchMemory(tfface.ContrastiveLoss(margin=4.0, form="linear"), size=REMEMBERED),
                state=memory,
                times=BATCH * (BATCH + REMEMBERED - 1),
            ),
            "it compares the batch with the memory's copy of itself, so that only anchors are differentiated",
            value=False,
        ),
        "angular-raw": Differs(
            on_embeddings(tfface.Angular(alpha=radians(40))), "it normalises anchors and positives, but not negatives"
        ),
    },
    "lightly": {},
    "torch": {},
    "keras": {
        entry: Differs(
            on_embeddings(tfface.CircleLoss(margin=margin, scale=scale), labels=labels),
            "it differentiates the weights α of the pairs, which the paper and pytorch-metric-learning hold fixed",
            value=False,
        )
        for entry, margin, scale, labels in (
            ("circle", 0.4, 80.0, "labels"),
            ("circle-gentle", 0.25, 8.0, "labels"),
            ("circle-lonely", 0.25, 8.0, "lonely_labels"),
        )
    },
    "official_code": {
        "range-pairs": Differs(
            on_embeddings(RANGE), "of a class with fewer than k pairs it takes distances of samples to themselves, 10⁻⁶"
        ),
        "supcon-lonely": Differs(
            on_embeddings(tfface.SupCon(temperature=0.1, base_temperature=0.07), labels="lonely_labels"),
            "its mean counts anchors without positives, as 0; ours and pytorch-metric-learning's leaves them out",
        ),
        "combined-filter": Differs(
            on_classes(tfface.CosFace(margin=0.4, scale=8.0, filter_above=0.2)),
            "it sets filtered cosines to 0, where they still push; ours leaves them out of the softmax",
        ),
        "mv-softmax-arc-easy": Differs(
            on_classes(tfface.MVSoftmax()), "its default applies the margin only where cos θ > 0, the paper does not"
        ),
        "mv-softmax-am-easy": Differs(
            on_classes(tfface.MVSoftmax(base="am")),
            "its default applies the margin only where cos θ > 0, the paper does not",
        ),
    },
}
