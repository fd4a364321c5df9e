"""The table of certified losses: adding a loss adds rows here, and every shared test then runs on them."""

import inspect
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import reference as ref
import reference_margins as margins

import tfface
from tfface.losses._base import arguments_of

BATCH, CLASSES, SIZE = 9, 6, 5


@dataclass(frozen=True)
class Case:
    """A loss with its arguments, and its reference with the same."""

    name: str
    loss: tfface.losses.FaceLoss
    # class losses: (embeddings, weights, labels) → mean loss; embedding losses: (labels, embeddings) → mean loss
    reference: callable
    state: dict = field(default_factory=dict)
    # False where the documented gradient is not the derivative of the value (straight-through, frozen norms)
    exact_gradient: bool = True

    def __str__(self):
        return self.name


def _case(name, cls, reference, renamed=None, **changed):
    renamed = renamed or {}
    return Case(name, cls(**changed), partial(reference, **{renamed.get(k, k): v for k, v in changed.items()}))


_metric = {"distance": "metric"}
CENTERS = np.random.default_rng(5).normal(size=(CLASSES, SIZE))

CLASS_CASES = [
    Case("softmax", tfface.Softmax(), ref.softmax),
    _case("normface", tfface.NormFace, ref.normface, scale=30.0),
    _case("normface-smooth", tfface.NormFace, ref.normface, scale=8.0, label_smoothing=0.1),
    _case("normface-filter", tfface.NormFace, ref.normface, scale=8.0, filter_above=0.3, label_smoothing=0.2),
    _case("cosface", tfface.CosFace, ref.cosface, margin=0.35, scale=64.0),
    _case("cosface-small", tfface.CosFace, ref.cosface, margin=0.1, scale=4.0),
    *[
        _case(f"arcface-{boundary}", tfface.ArcFace, ref.arcface, margin=1.2, scale=8.0, boundary=boundary)
        for boundary in ("linear", "easy", "reflect", "clamp", "none")
    ],
    _case("arcface", tfface.ArcFace, ref.arcface),
    Case(
        "arcface-straight",
        tfface.ArcFace(margin=0.5, scale=8.0, gradient="straight_through"),
        partial(ref.arcface, margin=0.5, scale=8.0),
        exact_gradient=False,
    ),
    *[
        Case(
            f"sphereface-{m}",
            tfface.SphereFace(margin=m, lambda_start=0.0, lambda_min=0.0),
            partial(ref.sphereface, margin=m),
        )
        for m in (1, 2, 3, 4)
    ],
    Case(
        "sphereface-annealed",
        tfface.SphereFace(margin=4),
        partial(ref.sphereface, margin=4, blend=1500.0 / (1 + 0.1 * 7)),
        state={"sphereface_step": 7.0},
    ),
    Case(
        "adaface",
        tfface.AdaFace(scale=16.0),
        partial(ref.adaface, scale=16.0, mean=2.0, deviation=0.5),
        state={"adaface_mean": 2.0, "adaface_deviation": 0.5},
        exact_gradient=False,
    ),
    _case("combined", tfface.CombinedMargin, margins.combined, m1=1.3, m2=0.2, m3=0.1, scale=16.0),
    _case("airface", tfface.AirFace, margins.airface, margin=0.45, scale=64.0),
    *[_case(f"sphereface-r-{m}", tfface.SphereFaceR, margins.sphereface_r, margin=m) for m in (1.5, 2.7)],
    _case("coco", tfface.COCO, margins.coco, num_classes=CLASSES),
    _case("soft-margin-softmax", tfface.SoftMarginSoftmax, margins.soft_margin_softmax, margin=0.8),
    Case("mv-softmax-arc", tfface.MVSoftmax(), margins.mv_softmax),
    Case("mv-softmax-am", tfface.MVSoftmax(base="am"), partial(margins.mv_softmax, base="am", margin=0.35)),
    Case(
        "curricularface",
        tfface.CurricularFace(scale=16.0),
        partial(margins.curricularface, scale=16.0, progress=0.4),
        state={"curricularface_t": 0.4},
    ),
    # The norms of the batch lie on both sides of these bounds and between them.
    _case("magface", tfface.MagFace, margins.magface, lower_norm=1.5, upper_norm=2.5, scale=8.0),
    _case("subcenter-arcface", tfface.SubCenterArcFace, ref.arcface, margin=0.4, scale=16.0),
    Case("circle-class", tfface.CircleClassLoss(), margins.circle_class, exact_gradient=False),
]

EMBEDDING_CASES = [
    Case("center", tfface.CenterLoss(CLASSES), partial(ref.center, centers=CENTERS), state={"centers": CENTERS}),
    Case("center-batch", tfface.CenterLoss(CLASSES, centers="batch"), ref.batch_center),
    _case("contrastive", tfface.ContrastiveLoss, ref.contrastive, margin=2.0),
    _case("contrastive-linear", tfface.ContrastiveLoss, ref.contrastive, margin=2.0, form="linear"),
    *[
        _case(
            f"contrastive-{metric}", tfface.ContrastiveLoss, ref.contrastive, _metric, distance=metric, normalize=True
        )
        for metric in ("sqeuclidean", "cosine", "angular")
    ],
    *[
        _case(f"triplet-{mining}", tfface.TripletLoss, ref.triplet, mining=mining, margin=0.4)
        for mining in ("all", "hard", "semi-hard", "semi-hard-all")
    ],
    *[
        _case(f"triplet-{mining}-over-all", tfface.TripletLoss, ref.triplet, mining=mining, average="all")
        for mining in ("all", "hard", "semi-hard", "semi-hard-all")
    ],
    *[
        _case(f"triplet-{mining}-squared", tfface.TripletLoss, ref.triplet, mining=mining, form="squared", margin=0.5)
        for mining in ("all", "hard", "semi-hard", "semi-hard-all")
    ],
    *[
        _case(f"triplet-{mining}-soft", tfface.TripletLoss, ref.triplet, mining=mining, margin="soft")
        for mining in ("all", "hard", "semi-hard")
    ],
    *[
        _case(f"triplet-{metric}", tfface.TripletLoss, ref.triplet, _metric, distance=metric, mining="all", margin=0.3)
        for metric in ("euclidean", "cosine", "angular")
    ],
    _case("triplet-raw", tfface.TripletLoss, ref.triplet, normalize=False, mining="semi-hard", margin=3.0),
]

CASES = CLASS_CASES + EMBEDDING_CASES
# Those that also work in a plain Keras model.
STATELESS = [
    case for case in CASES if not case.loss.state(1) and not (case.loss.kind == "class" and case.loss.rule.needs_norm)
]


def batch(seed=0, size=BATCH):
    """Embeddings (B, D), class weights (C, D) and labels with repeats, float64."""
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(CLASSES), random.integers(0, CLASSES, size)])[:size]
    return random.normal(size=(size, SIZE)), random.normal(size=(CLASSES, SIZE)), random.permutation(labels)


# Arguments without a default, for the tests that make every loss of the registry.
REQUIRED = {"num_classes": CLASSES}


def make(name, **changed):
    cls = next(row.cls for row in tfface.losses.table() if row.name == name)
    needed = {key: REQUIRED[key] for key, value in arguments_of(cls).items() if value is inspect.Parameter.empty}
    return tfface.losses.get(name, **needed, **changed)
