"""Heads and their engines, what embeddings may end in, and what stands between them and losses on two views."""

from .cosine_head import CosineHead as CosineHead
from .linear_head import LinearHead as LinearHead
from .predictor import Predictor as Predictor
from .probabilistic_embedding import ProbabilisticEmbedding as ProbabilisticEmbedding
from .projector import Projector as Projector
