"""Keras models: a backbone and a head in one, a backbone that learns from two views, and backbones."""

from . import backbones as backbones
from . import gabor as gabor
from .cost import multiply_adds as multiply_adds
from .cost import parameters as parameters
from .face_model import FaceModel as FaceModel
from .lars import LARS as LARS
from .pytorch import from_pytorch as from_pytorch
from .two_view_methods import two_view as two_view
from .two_view_model import TwoViewModel as TwoViewModel
