"""The certified cases of losses on scores."""

from functools import partial

import reference as ref
import reference_margins as margins
import reference_more_margins as more
from case import BATCH, CLASSES, Case, case

import tfface

BIASES = [0.3 * j for j in range(CLASSES)]
CASES = [
    Case("softmax", tfface.Softmax(), ref.softmax),
    case("normface", tfface.NormFace, ref.normface, scale=30.0),
    case("normface-smooth", tfface.NormFace, ref.normface, scale=8.0, label_smoothing=0.1),
    case("normface-filter", tfface.NormFace, ref.normface, scale=8.0, filter_above=0.3, label_smoothing=0.2),
    case("cosface", tfface.CosFace, ref.cosface, margin=0.35, scale=64.0),
    case("cosface-small", tfface.CosFace, ref.cosface, margin=0.1, scale=4.0),
    *[
        case(f"arcface-{boundary}", tfface.ArcFace, ref.arcface, margin=1.2, scale=8.0, boundary=boundary)
        for boundary in ("linear", "easy", "reflect", "clamp", "none")
    ],
    case("arcface", tfface.ArcFace, ref.arcface),
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
    case("combined", tfface.CombinedMargin, margins.combined, m1=1.3, m2=0.2, m3=0.1, scale=16.0),
    case("airface", tfface.AirFace, margins.airface, margin=0.45, scale=64.0),
    *[case(f"sphereface-r-{m}", tfface.SphereFaceR, margins.sphereface_r, margin=m) for m in (1.5, 2.7)],
    Case("coco", tfface.COCO(), margins.coco),
    case("soft-margin-softmax", tfface.SoftMarginSoftmax, margins.soft_margin_softmax, margin=0.8),
    Case("mv-softmax-arc", tfface.MVSoftmax(), margins.mv_softmax),
    Case("mv-softmax-am", tfface.MVSoftmax(base="am"), partial(margins.mv_softmax, base="am", margin=0.35)),
    Case(
        "curricularface",
        tfface.CurricularFace(scale=16.0),
        partial(margins.curricularface, scale=16.0, progress=0.4),
        state={"curricularface_t": 0.4},
    ),
    # The norms of the batch lie on both sides of these bounds and between them.
    case("magface", tfface.MagFace, margins.magface, lower_norm=1.5, upper_norm=2.5, scale=8.0),
    case("subcenter-arcface", tfface.SubCenterArcFace, ref.arcface, margin=0.4, scale=16.0),
    Case("circle-class", tfface.CircleClassLoss(), margins.circle_class, exact_gradient=False),
    case("l2-softmax", tfface.L2Softmax, more.l2_softmax, alpha=6.0),
    Case("l-softmax", tfface.LSoftmax(margin=3, lambda_start=0.0, lambda_min=0.0), partial(more.l_softmax, margin=3)),
    Case(
        "l-softmax-annealed",
        tfface.LSoftmax(),
        partial(more.l_softmax, blend=1500.0 / (1 + 0.1 * 7)),
        state={"l_softmax_step": 7.0},
    ),
    Case("adacos-fixed", tfface.AdaCos(dynamic=False), more.adacos),
    Case("adacos", tfface.AdaCos(), partial(more.adacos, scale=4.2), state={"adacos_scale": 4.2}),
    Case(
        "elasticface",
        tfface.ElasticFace(scale=16.0),
        partial(more.elasticface, margins=[0.5] * BATCH, scale=16.0),
        state={"elasticface_step": 3.0},
    ),
    Case(
        "sphereface2",
        tfface.SphereFace2(scale=8.0),
        partial(more.sphereface2, scale=8.0, bias=0.7),
        state={"sphereface2_bias": 0.7},
    ),
    Case(
        "sphereface2-filter",
        tfface.SphereFace2(scale=8.0, label_smoothing=0.2, filter_above=0.3),
        partial(more.sphereface2, scale=8.0, bias=0.7, label_smoothing=0.2, filter_above=0.3),
        state={"sphereface2_bias": 0.7},
    ),
    Case(
        "uniface",
        tfface.UniFace(scale=8.0, negative_weight=0.5),
        partial(more.uniface, scale=8.0, negative_weight=0.5, bias=1.4),
        state={"uniface_bias_shared": 1.4},
    ),
    Case(
        "uniface-per-class",
        tfface.UniFace(scale=8.0, bias="per_class", label_smoothing=0.1),
        partial(more.uniface, scale=8.0, bias=BIASES, label_smoothing=0.1),
        state={"uniface_bias_per_class": BIASES},
    ),
    Case("von-mises-fisher", tfface.VonMisesFisher(), margins.von_mises_fisher, exact_gradient=False),
]
