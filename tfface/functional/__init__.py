"""The math of every loss as pure tensor functions, float32 inside, no Keras."""

from .center import batch_centers, center, moved_centers
from .class_loss import margin_loss, over_counted
from .contrastive import batch_contrastive, contrastive, given_contrastive
from .cosines import cosines
from .distances import Distance
from .labels import class_ids
from .margin import Margin, Sample, Scored, Sizes, StateSpec
from .margins import *  # noqa: F403
from .margins import __all__ as _margins
from .marginal import batch_marginal, marginal
from .minimum_margin import batch_minimum_margin, minimum_margin
from .miners import Miner
from .numerics import angle, norm, normalize, sine, square_root
from .pairs import Pairs, batch_mean, batch_pairs, each_once
from .proxies import proxy_anchor, proxy_nca
from .range import batch_range
from .soft_triple import soft_triple
from .triplets import given_triplets
from .triplets import mined as batch_triplets
from .triplets import penalty as triplet_penalty
from .two_view import *  # noqa: F403
from .two_view import __all__ as _two_view

__all__ = [
    *_margins,
    *_two_view,
    "Distance",
    "Margin",
    "Miner",
    "Pairs",
    "Sample",
    "Scored",
    "Sizes",
    "StateSpec",
    "angle",
    "batch_centers",
    "batch_contrastive",
    "batch_marginal",
    "batch_mean",
    "batch_minimum_margin",
    "batch_pairs",
    "batch_range",
    "batch_triplets",
    "center",
    "class_ids",
    "contrastive",
    "each_once",
    "cosines",
    "given_contrastive",
    "given_triplets",
    "margin_loss",
    "marginal",
    "minimum_margin",
    "moved_centers",
    "norm",
    "normalize",
    "over_counted",
    "proxy_anchor",
    "proxy_nca",
    "sine",
    "soft_triple",
    "square_root",
    "triplet_penalty",
]
