"""Draws what a training has come to: angles and norms, the ROC, the embeddings in a plane."""

import io
import logging

import numpy as np

from .._extras import require
from ..tracking import RunLog, layout

_TITLES = {"angle_own": "θ to the own class", "angle_nearest": "θ to the nearest wrong class", "embedding_norm": "norm"}
_PEOPLE = 20  # more colours cannot be told apart
_logger = logging.getLogger("tfface")


def log_figure(log: RunLog, name: str, draw, *arguments) -> None:
    """Draws and stores a picture under `figures/<name>`; without matplotlib there is none."""
    try:
        log.picture(f"{layout.FIGURES}/{layout.segment(name)}", draw(*arguments))
    except ImportError as error:
        _logger.info("tracking: no pictures (%s)", error)
    except Exception as error:
        log.warn(f"the picture {name}", error)


def draw_angles(histograms: dict) -> bytes:
    """A PNG with the first and the last of each list of histograms: angles beside each other, norms below.

    Raises:
        ImportError: the `report` extra is not installed.
    """
    figure = _figure(8, 5)
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
    return _png(figure)


def draw_roc(curves: dict) -> bytes:
    """A PNG with the ROC on a logarithmic axis, and how the scores of both kinds of pairs are spread.

    Args:
        curves: as `VerificationResult.curves` gives them.

    Raises:
        ImportError: the `report` extra is not installed.
    """
    figure = _figure(9, 4)
    roc, scores = figure.subplots(1, 2)
    far, tar = np.array(curves["roc"]["far"]), np.array(curves["roc"]["tar"])
    lowest = far[far > 0].min()
    roc.step(np.maximum(far, lowest / 2), tar, where="post")
    roc.set(xscale="log", xlim=(lowest / 2, 1), ylim=(0, 1.02), xlabel="false accept rate", ylabel="true accept rate")
    roc.grid(alpha=0.3)
    for kind, spread in curves["scores"].items():
        share = np.array(spread["counts"]) / max(sum(spread["counts"]), 1)
        scores.stairs(share, spread["edges"], fill=True, alpha=0.6, label=f"{kind} pairs")
    scores.set(xlabel="cos θ", ylabel="share of pairs")
    scores.legend(fontsize="small")
    return _png(figure)


def draw_embeddings(embeddings: np.ndarray, labels: np.ndarray) -> bytes:
    """A PNG with normalised embeddings (N, D) in the plane of their largest variance, coloured by identity (N,).

    Of many people it shows the first twenty.

    Raises:
        ImportError: the `report` extra is not installed.
    """
    shown = np.isin(labels, np.unique(labels)[:_PEOPLE])
    points, labels = np.asarray(embeddings, np.float64)[shown], np.asarray(labels)[shown]
    points = points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-12)
    centred = points - points.mean(axis=0)
    _, spread, axes = np.linalg.svd(centred, full_matrices=False)
    plane = centred @ axes[:2].T
    explained = (spread[:2] ** 2).sum() / max((spread**2).sum(), 1e-12)
    figure = _figure(5, 5)
    axis = figure.subplots()
    axis.scatter(plane[:, 0], plane[:, -1], c=np.unique(labels, return_inverse=True)[1], cmap="tab20", s=14)
    axis.set(title=f"{len(np.unique(labels))} people; {explained:.0%} of the variance", aspect="equal")
    return _png(figure)


def _figure(width, height):
    require("matplotlib", "report")
    from matplotlib.figure import Figure  # without pyplot, which keeps a state and needs a screen

    return Figure(figsize=(width, height), layout="constrained")


def _png(figure) -> bytes:
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=120)
    return written.getvalue()
