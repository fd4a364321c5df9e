"""The margins: one file each, two elementwise maps from scores to logits."""

from .adaface import AdaFaceMargin
from .arcface import ArcFaceMargin
from .cosface import CosFaceMargin
from .normface import NormFaceMargin
from .softmax import SoftmaxMargin
from .sphereface import SphereFaceMargin

__all__ = [
    "AdaFaceMargin",
    "ArcFaceMargin",
    "CosFaceMargin",
    "NormFaceMargin",
    "SoftmaxMargin",
    "SphereFaceMargin",
]
