"""Heads and their engines, and what embeddings may end in."""

from .cosine_head import CosineHead as CosineHead
from .linear_head import LinearHead as LinearHead
from .probabilistic_embedding import ProbabilisticEmbedding as ProbabilisticEmbedding
