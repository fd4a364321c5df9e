"""What embeddings were compared with before the cosine did: PCA and Joint Bayesian, also of several models together."""

from .joined import joined
from .joint_bayesian import JointBayesian
from .pca import PCA

__all__ = ["PCA", "JointBayesian", "joined"]
