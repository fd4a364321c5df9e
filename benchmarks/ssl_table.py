"""The results of `ssl_faces.py` as a table, and as curves: points and lines, no faces."""

import json
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

FIGURES = ("accuracy", "auc", "rank1", "effective_rank")


def read(folder):
    """What each job has found: a list for each method."""
    found = defaultdict(list)
    for file in sorted(folder.glob("*-*.json")):
        one = json.loads(file.read_text(encoding="utf-8"))
        found[one["method"]].append(one)
    return found


def rows(found):
    """(what, list of its measurements) for each line of the table."""
    everything = [one for jobs in found.values() for one in jobs]
    if everything:
        yield "raw pixels", [everything[0]["pixels"]]
        yield "random backbone", list({one["seed"]: one["random"] for one in everything}.values())
    for stage, words in (("pretraining", "{}, no labels"), ("labelled", "{} + ArcFace")):
        for method, jobs in found.items():
            ends = [one[stage][-1] for one in jobs if stage in one]
            if ends:
                yield words.format(method) if method != "arcface" else "ArcFace alone", ends


def show(folder):
    """Prints mean ± deviation over the seeds, as a table in Markdown."""
    print("| | " + " | ".join(FIGURES) + " | seeds |\n|---|" + "---|" * (len(FIGURES) + 1))
    for what, measured in rows(read(folder)):
        cells = []
        for figure in FIGURES:
            values = np.array([one[figure] for one in measured])
            spread = f" ± {values.std(ddof=1):.3f}" if len(values) > 1 else ""
            cells.append(f"{values.mean():.3f}{spread}")
        print(f"| {what} | " + " | ".join(cells) + f" | {len(measured)} |")


def draw(folder, picture):
    """Curves of the pretraining over the epochs, one line a seed: accuracy, AUC and effective rank of unseen people."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    found = read(folder)
    figure, places = plt.subplots(1, 3, figsize=(12, 3.6), layout="constrained")
    names = (("accuracy", "verification accuracy"), ("auc", "AUC"), ("effective_rank", "effective rank"))
    for place, (name, words) in zip(places, names, strict=True):
        for number, (method, jobs) in enumerate(item for item in found.items() if item[0] != "arcface"):
            for one in jobs:
                points = [{"epoch": 0, **one["random"]}, *one.get("pretraining", [])]
                place.plot(
                    [point["epoch"] for point in points],
                    [point[name] for point in points],
                    color=f"C{number}",
                    marker=".",
                    markersize=3,
                    linewidth=1,
                    label=method if one is jobs[0] else None,
                )
        if name != "effective_rank":
            place.axhline(
                next(iter(found.values()))[0]["pixels"][name], color="grey", dashes=(3, 3), label="raw pixels"
            )
        place.set(xlabel="epoch", title=words)
        place.spines[["top", "right"]].set_visible(False)
    places[0].legend(frameon=False)
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":  # python benchmarks/ssl_table.py results/ curves.png
    draw(Path(sys.argv[1]), sys.argv[2])
