"""Heads and their engines."""

from .cosine_head import CosineHead as CosineHead
from .linear_head import LinearHead as LinearHead
