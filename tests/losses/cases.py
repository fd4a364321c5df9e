"""The table of certified losses: adding a loss adds rows to one of its parts; all shared tests then run on them."""

import inspect

import cases_centers
import cases_class
import cases_embedding
import cases_pairs
import cases_pairs_b
import cases_two_view
import numpy as np
import pytest
from case import BATCH as BATCH
from case import CLASSES, SIZE

import tfface
from tfface.losses._base import arguments_of

CLASS_CASES = cases_class.CASES
LABELLED_CASES = CLASS_CASES + cases_centers.CASES + cases_embedding.CASES + cases_pairs.CASES + cases_pairs_b.CASES
CASES = LABELLED_CASES + cases_two_view.CASES
# Those that also work in a plain Keras model.
STATELESS = [case for case in CASES if not case.loss.needs]
STATELESS_LABELLED = [case for case in LABELLED_CASES if not case.loss.needs]


def one_of_each(cases):
    """The first case of each loss, for what takes long."""
    return list({type(case.loss): case for case in reversed(cases)}.values())


def in_modes(*modes):
    """Parameters (case, mode). Of each loss one case is compiled; `make soak` has the others."""
    short = one_of_each(CASES)
    return [
        pytest.param(case, mode, marks=[] if mode == "eager" or case in short else [pytest.mark.soak])
        for case in CASES
        for mode in modes
    ]


def batch(seed=0, size=BATCH):
    """Embeddings (B, D), class weights (C, D) and labels with repeats, float64."""
    random = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(CLASSES), random.integers(0, CLASSES, size)])[:size]
    return random.normal(size=(size, SIZE)), random.normal(size=(CLASSES, SIZE)), random.permutation(labels)


def inputs_of(case, seed=0):
    """What a case is evaluated on: a batch, or two views. The first two arrays are differentiated."""
    return cases_two_view.views(case.loss, seed) if case.loss.kind == "two_view" else batch(seed)


# Arguments without a default, for the tests that make every loss of the registry.
REQUIRED = {"num_classes": CLASSES, "loss": "contrastive", "size": 7}


def make(name, **changed):
    cls = next(row.cls for row in tfface.losses.table() if row.name == name)
    needed = {key: REQUIRED[key] for key, value in arguments_of(cls).items() if value is inspect.Parameter.empty}
    return tfface.losses.get(name, **{**needed, **changed})
