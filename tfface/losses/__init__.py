"""Every loss as a Keras `Loss`, one class a file, and the registry."""

from ._base import ClassLoss as ClassLoss
from ._base import EmbeddingLoss as EmbeddingLoss
from ._base import FaceLoss as FaceLoss
from .adaface import AdaFace as AdaFace
from .arcface import ArcFace as ArcFace
from .center import CenterLoss as CenterLoss
from .contrastive import ContrastiveLoss as ContrastiveLoss
from .cosface import CosFace as CosFace
from .joint import JointLoss as JointLoss
from .normface import NormFace as NormFace
from .registry import get as get
from .registry import names as names
from .registry import table as table
from .softmax import Softmax as Softmax
from .sphereface import SphereFace as SphereFace
from .triplet import TripletLoss as TripletLoss
