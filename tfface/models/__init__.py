"""Keras models: a backbone and a head in one, and backbones."""

from . import backbones as backbones
from .face_model import FaceModel as FaceModel
