"""What the page of an evaluation draws: each result's curves as plain data."""

from __future__ import annotations

import numpy as np

from ..evaluation import (
    CalibrationResult,
    ClusteringResult,
    GroupResult,
    IdentificationResult,
    OpenSetResult,
    RetrievalResult,
    TemplateSearchResult,
)
from ..evaluation.result import Result

_RANKS = 100


def charts_of(result: Result) -> list[dict]:
    """Charts of a result: `{"title", "x", "y", "lines"}`; axes have `"title"` and `"log"`, lines `"x"` and `"y"`."""
    if hasattr(result, "curves"):
        return _rates(result.curves())
    for kind, charts in _CHARTS.items():
        if isinstance(result, kind):
            return charts(result)
    return []


def _rates(curves):
    far, tar = np.array(curves["roc"]["far"]), np.array(curves["roc"]["tar"])
    seen = far > 0
    some = seen & (tar < 1)
    roc = _chart("ROC", _axis("false accept rate", True), _axis("true accept rate"), _line("", far[seen], tar[seen]))
    det = _chart(
        "DET", _axis("false match rate", True), _axis("false non-match rate", True), _line("", far[some], 1 - tar[some])
    )
    lines = []
    for kind, spread in curves["scores"].items():
        edges, counts = np.array(spread["edges"]), np.array(spread["counts"])
        density = counts / max(counts.sum(), 1) / np.diff(edges)
        lines.append({**_line(f"{kind} pairs", (edges[1:] + edges[:-1]) / 2, density), "filled": True})
    scores = _chart("Scores", _axis("cos θ"), _axis("density"), *lines)
    return [roc, *([det] if some.any() else []), scores]


def _cmc(cmc):
    ranks = np.arange(1, min(len(cmc), _RANKS) + 1)
    return _chart("CMC", _axis("rank k"), _axis("found within rank k"), _line("", ranks, cmc[: len(ranks)]))


def _open_set(results):
    lines = []
    for number, result in enumerate(results, 1):
        far = np.unique(np.geomspace(1 / result.strangers, 1, 60))
        name = f"gallery {number}" if len(results) > 1 else ""
        lines.append(_line(name, far, [result.dir_at(one) for one in far]))
    dir_at_far = _chart("DIR", _axis("strangers taken for somebody", True), _axis("found at rank 1"), *lines)
    return [dir_at_far, _cmc(results[0].cmc)]


def _reliability(result):
    diagonal = {**_line("as sure as it may be", [0, 1], [0, 1]), "dotted": True}
    bins = {**_line("this model", result.bins[:, 0], result.bins[:, 1]), "dots": True}
    return [_chart("Reliability", _axis("probability"), _axis("share of genuine pairs"), diagonal, bins)]


def _recall(result):
    line = {**_line("", list(result.recall_at), list(result.recall_at.values())), "dots": True}
    return [_chart("Recall", _axis("k"), _axis("recall@k"), line)]


def _sizes(result):
    sizes, counts = np.unique(np.bincount(result.assigned), return_counts=True)
    line = {**_line("", sizes, counts), "bars": True}
    return [_chart("Sizes of clusters", _axis("images in a cluster"), _axis("clusters"), line)]


def _groups(result):
    charts = []
    for figure in ("fnmr", "fmr"):
        found = {group: values[figure] for group, values in result.groups.items() if figure in values}
        bars = {"name": "", "x": list(found), "y": [float(f"{one:.6g}") for one in found.values()], "bars": True}
        charts.append(_chart(figure.upper(), {"title": "group", "log": False, "names": True}, _axis(figure), bars))
    return charts


_CHARTS = {
    IdentificationResult: lambda result: [_cmc(result.cmc)],
    OpenSetResult: lambda result: _open_set([result]),
    TemplateSearchResult: lambda result: _open_set(result.galleries),
    RetrievalResult: _recall,
    ClusteringResult: _sizes,
    GroupResult: _groups,
    CalibrationResult: _reliability,
}


def _chart(title, x, y, *lines):
    return {"title": title, "x": x, "y": y, "lines": list(lines)}


def _axis(title, log=False):
    return {"title": title, "log": log}


def _line(name, x, y):
    return {"name": name, "x": [float(f"{one:.6g}") for one in x], "y": [float(f"{one:.6g}") for one in y]}
