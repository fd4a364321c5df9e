"""Draws what digits_train.py learnt: python docs/make/losses/digits_draw.py [digits.npz]

A picture for each loss goes into docs/losses/images/digits, the animation of the README into docs/images/digits.gif.
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from digits_setups import ANIMATED, PLANE
from facts import advice
from matplotlib.patheffects import withStroke
from PIL import Image
from style import QUIET, plt, save

DOCS = Path(__file__).parents[2]
COLOURS = plt.get_cmap("tab10").colors
TITLES = {"center": "Softmax + Center loss"}


def placed(name, points, radius):
    """Where points (…, N, 2) are drawn: where they are, or on a ring of these radii (N,) if only directions count."""
    points = points.astype(np.float64)
    if name in PLANE:
        return points
    return points / np.maximum(np.linalg.norm(points, axis=-1, keepdims=True), 1e-9) * radius[:, np.newaxis]


def radii(count):
    return np.random.default_rng(0).uniform(0.72, 1.0, count)


def prepared(axis, name, points):
    """An axis that shows nearly all of the points (N, 2)."""
    low, high = np.quantile(points, [0.002, 0.998], axis=0)
    middle, side = (0.5 * (low + high), 0.55 * (high - low).max()) if name in PLANE else (np.zeros(2), 1.08)
    (left, bottom), (right, top) = middle - side, middle + side
    axis.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    if name not in PLANE:
        axis.add_patch(plt.Circle((0, 0), 1.0, fill=False, color=QUIET, lw=0.6))
    axis.set_title(TITLES.get(name, advice(name).title), fontsize=9)


def picture(name, points, labels):
    shown = placed(name, points, radii(len(points)))
    figure, axis = plt.subplots(figsize=(2.5, 2.65), layout="constrained")
    prepared(axis, name, shown)
    axis.scatter(*shown.T, c=[COLOURS[label] for label in labels], s=2.5, linewidths=0)
    for label in range(10):
        x, y = middle(name, shown[labels == label])
        number = axis.text(x, y, str(label), ha="center", va="center", fontsize=9, weight="bold", color=COLOURS[label])
        number.set_path_effects([withStroke(linewidth=2, foreground="white")])
    save(figure, DOCS / "losses" / "images" / "digits" / f"{name}.png", 64)


def middle(name, points):
    """Where a digit's number stands: amid its points, or inside the ring beside them."""
    if name in PLANE:
        return np.median(points, axis=0)
    mean = points.mean(axis=0)
    return 0.6 * mean / max(np.linalg.norm(mean), 1e-9)


def animation(found, labels, path, pause=18):
    """All frames of the four losses beside each other; the last one stands a while."""
    figure, axes = plt.subplots(1, len(ANIMATED), figsize=(8.4, 2.35), layout="constrained")
    drawn = []
    for axis, name in zip(axes, ANIMATED, strict=True):
        frames = placed(name, found[f"{name}/frames"], radii(found[f"{name}/frames"].shape[1]))
        prepared(axis, name, frames[-1])
        colours = [COLOURS[label] for label in labels[: frames.shape[1]]]
        drawn.append((frames, axis.scatter(*frames[0].T, c=colours, s=4, linewidths=0)))
    images = []
    for number in range(min(len(frames) for frames, _ in drawn)):
        for frames, points in drawn:
            points.set_offsets(frames[number])
        figure.canvas.draw()
        image = Image.fromarray(np.asarray(figure.canvas.buffer_rgba())[..., :3])
        images.append(image.quantize(32, method=Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE))
    plt.close(figure)
    last = [90] * (len(images) - 1) + [90 * pause]
    images[0].save(path, save_all=True, append_images=images[1:], duration=last, loop=0, optimize=True)


def main(path):
    with np.load(path) as arrays:
        found = dict(arrays)
    labels = found.pop("labels")
    for key in found:
        name, _, what = key.partition("/")
        if what == "points":
            picture(name, found[key], labels)
    if all(f"{name}/frames" in found for name in ANIMATED):
        animation(found, labels, DOCS / "images" / "digits.gif")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("digits.npz"))
