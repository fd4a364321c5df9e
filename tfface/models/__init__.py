"""Keras models: a backbone and a head in one, and backbones."""

from . import backbones as backbones
from . import gabor as gabor
from .face_model import FaceModel as FaceModel
from .two_view_model import TwoViewModel as TwoViewModel
