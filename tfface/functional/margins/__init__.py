"""The margins: one file each, two elementwise maps from scores to logits."""

from .adaface import AdaFaceMargin
from .airface import AirFaceMargin
from .arcface import ArcFaceMargin
from .circle_class import CircleClassMargin
from .coco import coco_scale
from .combined import CombinedMargin
from .cosface import CosFaceMargin
from .curricularface import CurricularFaceMargin
from .magface import MagFaceMargin
from .mv_softmax import MVSoftmaxMargin
from .normface import NormFaceMargin
from .soft_margin_softmax import SoftMarginSoftmaxMargin
from .softmax import SoftmaxMargin
from .sphereface import SphereFaceMargin
from .sphereface_r import SphereFaceRMargin

__all__ = [
    "AdaFaceMargin",
    "AirFaceMargin",
    "ArcFaceMargin",
    "CircleClassMargin",
    "CombinedMargin",
    "CosFaceMargin",
    "CurricularFaceMargin",
    "MVSoftmaxMargin",
    "MagFaceMargin",
    "NormFaceMargin",
    "SoftMarginSoftmaxMargin",
    "SoftmaxMargin",
    "SphereFaceMargin",
    "SphereFaceRMargin",
    "coco_scale",
]
