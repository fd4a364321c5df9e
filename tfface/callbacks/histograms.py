"""Draws histograms of a training: how it began, how it ended."""

import io

import numpy as np

from .._extras import require

_TITLES = {"angle_own": "θ to the own class", "angle_nearest": "θ to the nearest wrong class", "embedding_norm": "norm"}


def draw(histograms: dict) -> bytes:
    """A PNG with the first and the last of each list of histograms: angles beside each other, norms below.

    Raises:
        ImportError: the `report` extra is not installed.
    """
    require("matplotlib", "report")
    from matplotlib.figure import Figure  # without pyplot, which keeps a state and needs a screen

    figure = Figure(figsize=(8, 5), layout="constrained")
    angles, norms = figure.subplots(2)
    for axes, names in ((angles, ("angle_own", "angle_nearest")), (norms, ("embedding_norm",))):
        for color, name in enumerate(names):
            for shown, solid in ((histograms[name][0], False), (histograms[name][-1], True)):
                edges = np.degrees(shown.edges) if axes is angles else shown.edges
                axes.stairs(
                    shown.counts,
                    edges,
                    fill=solid,
                    alpha=0.6 if solid else 1.0,
                    color=f"C{color}",
                    label=f"{_TITLES[name]}, epoch {shown.epoch}",
                )
        axes.set_ylabel("images")
        axes.legend(fontsize="small")
    angles.set_xlabel("degrees")
    norms.set_xlabel("norm of the embedding")
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=120)
    return written.getvalue()
