"""The math of every loss as pure tensor functions, float32 inside, no Keras."""

from .center import batch_centers, center, moved_centers
from .chunked_loss import ChunkedLoss, Scoring
from .circle import circle
from .class_loss import margin_loss, over_counted
from .contrast import ntxent, supcon
from .contrastive import batch_contrastive, contrastive, given_contrastive
from .cosines import cosines
from .criterion import Criterion
from .distance_weighted_margin import distance_weighted_margin
from .distances import Distance
from .fastap import fastap
from .labels import class_ids
from .lifted_structure import lifted_structure
from .margin import Margin, Sample, Scored, Sizes, StateSpec
from .marginal import batch_marginal, marginal
from .margins import *  # noqa: F403
from .margins import __all__ as _margins
from .memory import Memory, remembered
from .miners import Miner
from .minimum_margin import batch_minimum_margin, minimum_margin
from .multi_similarity import multi_similarity
from .numerics import angle, norm, normalize, sine, square_root
from .pairs import Pairs, batch_mean, batch_pairs, each_once
from .proxies import proxy_anchor, proxy_nca
from .range import batch_range
from .sharded_loss import ShardedLoss
from .soft_triple import soft_triple
from .triplet_penalty import triplet_penalty
from .triplets import given_triplets
from .triplets import mined as batch_triplets
from .tuplets import angular, given_n_pairs, half_squared_norms, intra_pair_variance, n_pairs, tuplet_margin
from .two_view import *  # noqa: F403
from .two_view import __all__ as _two_view
from .von_mises_fisher import distribution, resultant_length, uncertainty, von_mises_fisher

__all__ = [
    *_margins,
    *_two_view,
    "ChunkedLoss",
    "Criterion",
    "Distance",
    "Margin",
    "Memory",
    "Miner",
    "Pairs",
    "Sample",
    "Scored",
    "Scoring",
    "ShardedLoss",
    "Sizes",
    "StateSpec",
    "angle",
    "angular",
    "batch_centers",
    "batch_contrastive",
    "batch_marginal",
    "batch_mean",
    "batch_minimum_margin",
    "batch_pairs",
    "batch_range",
    "batch_triplets",
    "center",
    "circle",
    "class_ids",
    "contrastive",
    "distance_weighted_margin",
    "distribution",
    "each_once",
    "cosines",
    "fastap",
    "given_contrastive",
    "given_n_pairs",
    "given_triplets",
    "half_squared_norms",
    "intra_pair_variance",
    "lifted_structure",
    "margin_loss",
    "marginal",
    "minimum_margin",
    "moved_centers",
    "multi_similarity",
    "n_pairs",
    "norm",
    "normalize",
    "ntxent",
    "over_counted",
    "proxy_anchor",
    "proxy_nca",
    "remembered",
    "resultant_length",
    "sine",
    "soft_triple",
    "square_root",
    "supcon",
    "triplet_penalty",
    "tuplet_margin",
    "uncertainty",
    "von_mises_fisher",
]
