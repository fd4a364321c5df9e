"""The margins: one file each, two elementwise maps from scores to logits."""

from .adacos import AdaCosMargin, adacos_scale
from .adaface import AdaFaceMargin
from .airface import AirFaceMargin
from .arcface import ArcFaceMargin
from .circle_class import CircleClassMargin
from .coco import COCOMargin, coco_scale
from .combined import CombinedMargin
from .cosface import CosFaceMargin
from .curricularface import CurricularFaceMargin
from .elasticface import ElasticFaceMargin
from .l2_softmax import L2SoftmaxMargin, l2_softmax_alpha
from .l_softmax import LSoftmaxMargin
from .magface import MagFaceMargin
from .mv_softmax import MVSoftmaxMargin
from .normface import NormFaceMargin
from .soft_margin_softmax import SoftMarginSoftmaxMargin
from .softmax import SoftmaxMargin
from .sphereface import SphereFaceMargin
from .sphereface2 import SphereFace2Margin, sphereface2_bias
from .sphereface_r import SphereFaceRMargin
from .uniface import UniFaceMargin
from .von_mises_fisher import VonMisesFisherMargin

__all__ = [
    "AdaCosMargin",
    "AdaFaceMargin",
    "AirFaceMargin",
    "ArcFaceMargin",
    "COCOMargin",
    "CircleClassMargin",
    "CombinedMargin",
    "CosFaceMargin",
    "CurricularFaceMargin",
    "ElasticFaceMargin",
    "L2SoftmaxMargin",
    "LSoftmaxMargin",
    "MVSoftmaxMargin",
    "MagFaceMargin",
    "NormFaceMargin",
    "SoftMarginSoftmaxMargin",
    "SoftmaxMargin",
    "SphereFace2Margin",
    "SphereFaceMargin",
    "SphereFaceRMargin",
    "UniFaceMargin",
    "VonMisesFisherMargin",
    "adacos_scale",
    "coco_scale",
    "l2_softmax_alpha",
    "sphereface2_bias",
]
