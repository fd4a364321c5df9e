"""Losses on two views of the same images, without labels: one number a sample, whose mean is the loss.

Where the loss is one number of the whole batch (Barlow Twins, parts of VICReg), every sample has that number.
"""

from .barlow_twins import barlow_twins, cross_correlation
from .byol import byol
from .moco import enqueued, moco
from .simclr import simclr
from .simsiam import simsiam
from .vicreg import vicreg

__all__ = ["barlow_twins", "byol", "cross_correlation", "enqueued", "moco", "simclr", "simsiam", "vicreg"]
