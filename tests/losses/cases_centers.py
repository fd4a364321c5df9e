"""The certified cases of the losses joint with softmax (marginal, range, minimum margin) and of those with proxies."""

from functools import partial

import numpy as np
import reference_centers as ref
from case import CENTERS, CLASSES, SIZE, Case, case

import tfface

# What the centres of a class differ by, so that K of them come from one row of class weights.
LOOKS = np.random.default_rng(7).normal(size=(1, 3, SIZE))


def proxied(name, cls, reference, make=lambda weights: weights, **changed):
    """A loss whose trained proxies are made of the class weights, so that their gradient is certified too."""
    loss = cls(CLASSES, **changed)
    changed.pop("sub_centers", None)
    return Case(name, loss, partial(reference, **changed), trained={f"{loss.name}_proxies": make})


def minimum_margin(name, **changed):
    loss = tfface.MinimumMarginLoss(CLASSES, **changed)
    return Case(name, loss, partial(ref.minimum_margin, centers=CENTERS, **changed), state={"centers": CENTERS})


CASES = [
    case("marginal", tfface.MarginalLoss, ref.marginal, threshold=1.0, margin=0.4),
    case("range", tfface.RangeLoss, ref.range_loss, alpha=0.5, beta=0.1, margin=30.0),
    case("range-euclidean", tfface.RangeLoss, ref.range_loss, k=3, alpha=0.5, beta=0.1, margin=9.0, euclidean=True),
    minimum_margin("minimum_margin", alpha=0.3, margin=12.0),
    minimum_margin("minimum_margin-all", margin=15.0, pairs="all"),
    Case(
        "minimum_margin-batch",
        tfface.MinimumMarginLoss(CLASSES, margin=12.0, centers="batch"),
        partial(ref.batch_minimum_margin, margin=12.0),
    ),
    proxied("proxy_nca", tfface.ProxyNCA, ref.proxy_nca),
    proxied("proxy_nca_pp", tfface.ProxyNCA, ref.proxy_nca, scale=9.0, denominator="all"),
    proxied("proxy_anchor", tfface.ProxyAnchor, ref.proxy_anchor, margin=0.2, scale=16.0),
    proxied(
        "soft_triple",
        tfface.SoftTriple,
        ref.soft_triple,
        lambda w: w[:, None] + LOOKS,
        sub_centers=3,
        tau=0.5,
        gamma=0.2,
    ),
]
