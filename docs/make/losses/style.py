"""How the pictures of the guide look: a light card that reads on light and dark pages, few colours, small files."""

import io

import matplotlib
from PIL import Image

matplotlib.use("agg")
from matplotlib import pyplot as plt

OWN, PLAIN, OTHER, QUIET = "#1a9850", "#d73027", "#4575b4", "#8c8c8c"
# From few to many: scales, temperatures.
STEPS = ("#fdae61", "#f46d43", "#1a9850", "#313695")
FIELD = "YlGnBu_r"

plt.rcParams.update(
    {
        "figure.facecolor": "#fbfbf9",
        "axes.facecolor": "#fbfbf9",
        "savefig.facecolor": "#fbfbf9",
        "axes.edgecolor": "#999999",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 9,
        "axes.labelsize": 8,
        "xtick.labelsize": 7,
        "ytick.labelsize": 7,
        "legend.fontsize": 7,
        "legend.frameon": False,
        "legend.handlelength": 1.3,
        "lines.linewidth": 1.6,
        "font.family": "DejaVu Sans",
        "figure.dpi": 110,
    }
)


def panels(count):
    """A row of square-ish panels."""
    figure, axes = plt.subplots(1, count, figsize=(2.75 * count, 2.55), layout="constrained", squeeze=False)
    return figure, axes[0]


def save(figure, path, colours=128):
    """As a PNG of few colours."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    image = Image.open(buffer).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(colours, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


def degrees(axis, label, high=180):
    axis.set(xlabel=label, xlim=(0, high), xticks=range(0, high + 1, 45 if high > 90 else 15))
    axis.xaxis.set_major_formatter("{x:.0f}°")
