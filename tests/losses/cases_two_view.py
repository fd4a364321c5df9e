"""The certified cases of losses on two views, and views for them."""

from functools import partial

import numpy as np
import reference_two_view as two
from case import BATCH, SIZE, Case, case

import tfface

QUEUE = np.random.default_rng(7).normal(size=(4, SIZE))

CASES = [
    Case("barlow-twins", tfface.BarlowTwins(), two.barlow_twins),
    case("barlow-twins-l1", tfface.BarlowTwins, two.barlow_twins, form="l1", off_diagonal=1.0),
    case("vicreg", tfface.VICReg, two.vicreg, covariance=2.0, target=1.5),
    *[case(f"vicreg-{form}", tfface.VICReg, two.vicreg, form=form) for form in ("equation", "code")],
    case("simclr", tfface.SimCLR, two.simclr, temperature=0.5),
    Case(
        "moco",
        tfface.MoCo(temperature=0.3, queue_size=len(QUEUE)),
        partial(two.moco, queue=QUEUE, temperature=0.3),
        state={"moco_queue": QUEUE, "moco_pointer": 1.0},
        exact_gradient=False,
    ),
    Case("simsiam", tfface.SimSiam(), two.simsiam, exact_gradient=False),
    Case("byol", tfface.BYOL(), two.byol, exact_gradient=False),
]


def takes_both_views(loss):
    """Whether each of its two arguments holds both views of every image."""
    return isinstance(loss, tfface.SimSiam | tfface.BYOL)


def views(loss, seed=0, size=BATCH):
    """Two related views (B, D), or targets and predictions (B, 2, D), float64."""
    shape = (size, 2, SIZE) if takes_both_views(loss) else (size, SIZE)
    first, noise = np.random.default_rng(seed).normal(size=(2, *shape))
    return first, noise - 0.3 * first
