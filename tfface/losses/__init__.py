"""Every loss as a Keras `Loss`, one class a file, and the registry."""

from ._base import ClassLoss as ClassLoss
from ._base import EmbeddingLoss as EmbeddingLoss
from ._base import FaceLoss as FaceLoss
from .adaface import AdaFace as AdaFace
from .airface import AirFace as AirFace
from .arcface import ArcFace as ArcFace
from .center import CenterLoss as CenterLoss
from .circle_class import CircleClassLoss as CircleClassLoss
from .coco import COCO as COCO
from .combined import CombinedMargin as CombinedMargin
from .contrastive import ContrastiveLoss as ContrastiveLoss
from .cosface import CosFace as CosFace
from .curricularface import CurricularFace as CurricularFace
from .joint import JointLoss as JointLoss
from .magface import MagFace as MagFace
from .mv_softmax import MVSoftmax as MVSoftmax
from .normface import NormFace as NormFace
from .registry import get as get
from .registry import names as names
from .registry import table as table
from .soft_margin_softmax import SoftMarginSoftmax as SoftMarginSoftmax
from .softmax import Softmax as Softmax
from .sphereface import SphereFace as SphereFace
from .sphereface_r import SphereFaceR as SphereFaceR
from .subcenter_arcface import SubCenterArcFace as SubCenterArcFace
from .triplet import TripletLoss as TripletLoss
