"""Records pytorch-metric-learning's retrieval figures: pip install torch pytorch-metric-learning==2.9.0, then run this.

Its nearest neighbours are searched by its own `CustomKNN` on cosines, so that no index is needed.
"""

from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from pytorch_metric_learning.distances import CosineSimilarity
from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator
from pytorch_metric_learning.utils.inference import CustomKNN

METRICS = ("precision_at_1", "r_precision", "mean_average_precision_at_r")


def cases():
    """Embeddings (float32 values) and labels: equal numbers, unequal ones with single images, and few dimensions."""
    random = np.random.default_rng(7)
    sizes = {"even": [5] * 12, "uneven": [1, 1, 1, 2, 2, 3, 5, 8, 13], "flat": [4] * 15}
    for name, counts in sizes.items():
        labels = random.permutation(np.repeat(np.arange(len(counts)), counts))
        dimensions = 3 if name == "flat" else 8
        people = random.normal(size=(len(counts), dimensions))
        yield name, (people[labels] + 0.8 * random.normal(size=(len(labels), dimensions))).astype(np.float32), labels


def main():
    found = {"versions": np.array([f"{name} {version(name)}" for name in ("torch", "pytorch-metric-learning")])}
    calculator = AccuracyCalculator(include=METRICS, k="max_bin_count", knn_func=CustomKNN(CosineSimilarity()))
    for name, embeddings, labels in cases():
        points = torch.tensor(embeddings, dtype=torch.float64)
        told = calculator.get_accuracy(points, torch.tensor(labels))
        found |= {f"{name}/embeddings": embeddings, f"{name}/labels": labels.astype(np.int8)}
        found |= {f"{name}/{metric}": np.array(told[metric]) for metric in METRICS}
    np.savez_compressed(Path(__file__).with_name("retrieval.npz"), **found)


main()
