"""The curves of a verification as plain data, small enough to be kept with every run."""

import numpy as np

from .roc import Roc

_POINTS = 500
_BINS = 64


def curves_of(curve: Roc, genuine: int, impostors: int) -> dict:
    """ROC and score histograms as plain lists; see `VerificationResult.curves`."""
    kept = _thinned(curve.far)
    # a pair counts at the threshold that is its distance; cos θ = 1 − d/2 for squared distances of unit vectors
    cosines = 1 - curve.thresholds[1:] / 2
    edges = np.linspace(cosines.min() - 1e-6, cosines.max() + 1e-6, _BINS + 1)
    counts = {"genuine": np.diff(curve.tar) * genuine, "impostor": np.diff(curve.far) * impostors}
    return {
        "roc": {"far": curve.far[kept].tolist(), "tar": curve.tar[kept].tolist()},
        "scores": {
            kind: {
                "edges": edges.tolist(),
                "counts": np.histogram(cosines, edges, weights=weights)[0].round().astype(int).tolist(),
            }
            for kind, weights in counts.items()
        },
    }


def _thinned(far: np.ndarray) -> np.ndarray:
    """Which points of a ROC to keep: half of them in equal ratios of FAR below 1e-2, where verification is judged."""
    if len(far) <= _POINTS:
        return np.arange(len(far))
    lowest = max(far[far > 0][0], 1e-9)
    wanted = np.linspace(1e-2, 1, _POINTS // 2)
    if lowest < 1e-2:
        wanted = np.concatenate([[0.0], np.geomspace(lowest, 1e-2, _POINTS // 2 - 1), wanted[1:]])
    # the last of the points at a FAR has the TAR that is reached there
    return np.unique(np.append(0, np.searchsorted(far, wanted * (1 + 1e-12), side="right") - 1))
