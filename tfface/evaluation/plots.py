"""Pictures of results, as matplotlib figures without pyplot: `result.plot().savefig("roc.png")`."""

from __future__ import annotations

import numpy as np

from .._extras import require


def verification_figure(curves: dict):
    """ROC on a logarithmic axis, DET, and how the scores of both kinds of pairs are spread.

    Args:
        curves: as `VerificationResult.curves` gives them.
    """
    figure, (roc, det, scores) = _figure(13, 4, 3)
    far, tar = np.array(curves["roc"]["far"]), np.array(curves["roc"]["tar"])
    lowest = far[far > 0].min()
    roc.step(np.maximum(far, lowest / 2), tar, where="post")
    roc.set(xscale="log", xlim=(lowest / 2, 1), ylim=(0, 1.02), xlabel="false accept rate", ylabel="true accept rate")
    missed = 1 - tar
    least = missed[missed > 0].min() if (missed > 0).any() else lowest
    det.step(np.maximum(far, lowest / 2), np.maximum(missed, least / 2), where="post")
    det.set(xscale="log", yscale="log", xlim=(lowest / 2, 1), ylim=(least / 2, 1))
    det.set(xlabel="false match rate", ylabel="false non-match rate")
    for kind, spread in curves["scores"].items():
        share = np.array(spread["counts"]) / max(sum(spread["counts"]), 1)
        scores.stairs(share, spread["edges"], fill=True, alpha=0.6, label=f"{kind} pairs")
    scores.set(xlabel="cos θ", ylabel="share of pairs")
    scores.legend(fontsize="small")
    return figure


def cmc_figure(cmc: np.ndarray):
    """Share of probes found within rank k."""
    figure, (axes,) = _figure(5, 4)
    axes.step(np.arange(1, len(cmc) + 1), cmc, where="post", marker="." if len(cmc) < 30 else None)
    axes.set(xlabel="rank k", ylabel="found within rank k", ylim=(0, 1.02), xscale="log" if len(cmc) > 50 else "linear")
    return figure


def open_set_figure(result):
    """DIR against FAR on a logarithmic axis, and the CMC curve of an `OpenSetResult`."""
    figure, (rates, ranks) = _figure(9, 4, 2)
    far = np.unique(np.geomspace(1 / result.strangers, 1, 60))
    rates.plot(far, [result.dir_at(one) for one in far])
    rates.set(xscale="log", ylim=(0, 1.02), xlabel="strangers taken for somebody", ylabel="found at rank 1")
    ranks.step(np.arange(1, len(result.cmc) + 1), result.cmc, where="post")
    ranks.set(xlabel="rank k", ylabel="found within rank k", ylim=(0, 1.02))
    return figure


def recall_figure(recall_at: dict[int, float]):
    """Recall at each k."""
    figure, (axes,) = _figure(5, 4)
    axes.plot(list(recall_at), list(recall_at.values()), marker="o")
    axes.set(xlabel="k", ylabel="recall@k", ylim=(0, 1.02))
    return figure


def sizes_figure(sizes: np.ndarray):
    """How many groups there are of each size (G,)."""
    figure, (axes,) = _figure(5, 4)
    values, counts = np.unique(sizes, return_counts=True)
    axes.bar(values, counts)
    axes.set(xlabel="images in a cluster", ylabel="clusters")
    return figure


def groups_figure(result):
    """Every figure of every group of a `GroupResult`, with its interval where there is one."""
    names = list(dict.fromkeys(name for values in result.groups.values() for name in values))
    figure, all_axes = _figure(3.2 * len(names), 0.4 * len(result.groups) + 1.6, len(names))
    intervals = result.intervals()
    for axes, name in zip(all_axes, names, strict=True):
        for place, (group, values) in enumerate(result.groups.items()):
            if name in values:
                low, high = intervals.get(f"{group}/{name}", (values[name], values[name]))
                axes.errorbar(
                    values[name], place, xerr=[[values[name] - low], [high - values[name]]], fmt="o", capsize=3
                )
        axes.set(xlabel=name, yticks=range(len(result.groups)), yticklabels=list(result.groups))
        axes.margins(y=0.3)
    return figure


def reliability_figure(bins: np.ndarray):
    """Probability against share of genuine pairs, of `CalibrationResult.bins`."""
    figure, (axes,) = _figure(4.5, 4)
    axes.plot([0, 1], [0, 1], linestyle=":", color="gray")
    axes.plot(bins[:, 0], bins[:, 1], marker="o")
    axes.set(xlabel="probability", ylabel="share of genuine pairs", xlim=(0, 1), ylim=(0, 1))
    return figure


def differences_figure(result):
    """Each difference of a `ComparisonResult` with its interval."""
    figure, (axes,) = _figure(6, 0.5 * len(result.difference) + 1.5)
    for place, (name, value) in enumerate(result.difference.items()):
        low, high = result.interval[name]
        axes.plot([low, high], [place, place], color="C0")
        axes.plot(value, place, "o", color="C0")
    axes.axvline(0, color="gray", linestyle=":")
    axes.set(xlabel="second model − first", yticks=range(len(result.difference)), yticklabels=list(result.difference))
    return figure


def _figure(width, height, columns=1):
    require("matplotlib", "report")
    from matplotlib.figure import Figure  # without pyplot, which keeps a state and needs a screen

    figure = Figure(figsize=(width, height), layout="constrained")
    all_axes = figure.subplots(1, columns, squeeze=False)[0]
    for axes in all_axes:
        axes.grid(alpha=0.3)
    return figure, all_axes
