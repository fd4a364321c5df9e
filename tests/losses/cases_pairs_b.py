"""The certified cases of N-pair, lifted structure, tuplet margin, angular and FastAP."""

import reference_pairs_b as ref
from case import case

import tfface

CASES = [
    case("npairs", tfface.NPairs, ref.npairs, regularization=0.02),
    case("lifted_structure", tfface.LiftedStructure, ref.lifted_structure, margin=1.5),
    case("lifted_structure-generalized", tfface.LiftedStructure, ref.lifted_structure, form="generalized"),
    case("tuplet_margin", tfface.TupletMargin, ref.tuplet_margin, variance_weight=0.5),
    case("angular", tfface.Angular, ref.angular, alpha=0.7),
    case("fastap", tfface.FastAP, ref.fastap),
]
