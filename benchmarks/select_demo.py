"""The cross-validation by which settings of the demo are chosen, inside the 30 people that the demo trains on.

    python benchmarks/select_demo.py tfface/training/recipes/demo-*.yaml

Three folds: 20 people train, the 10 others verify, in the way that the recipe says. `--halves N` adds N random halvings
of the 30 people, each half trained on once: less to learn from, so harder. The people whom the demo verifies on are
never read. A line for each recipe: accuracy over the folds, AUC, EER and TAR at FAR 1 %.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

import tfface
from tfface.training import load_recipe, train
from tfface.training.yaml_source import read_yaml

PEOPLE = 30


def splits(halves):
    """Of the people's numbers: those to verify on."""
    people = np.arange(PEOPLE)
    parts = np.split(people, 3)
    for seed in range(halves):
        parts += np.split(np.random.default_rng(seed).permutation(people), 2)
    return parts


def write(faces, people, folder):
    """The photographs of some people as a folder of folders."""
    for index in np.flatnonzero(np.isin(faces.labels, people)):
        path = folder / faces.keys[index]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(faces.read(index))
    return {"name": "folder", "path": str(folder)}


def measure(recipe, faces, held, seed):
    """Trains a recipe on everyone but `held`, and verifies on those."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = {key: value for key, value in recipe["data"].items() if key != "train_identities"}
        data["source"] = write(faces, np.setdiff1d(np.arange(PEOPLE), held), folder / "train")
        evaluation = {**recipe["evaluation"], "source": write(faces, held, folder / "verify"), "every": 0}
        places = {"output": str(folder / "out"), "tracking": {"directory": str(folder / "runs"), "mode": "offline"}}
        cut = {**recipe, **places, "data": data, "evaluation": evaluation, "seed": seed}
        return train(load_recipe(cut)).measured.verification


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="+", type=Path)
    parser.add_argument("--halves", type=int, default=0, metavar="N")
    parser.add_argument("--seeds", type=int, default=1, metavar="N")
    options = parser.parse_args()
    faces, _ = tfface.data.orl().split(PEOPLE)
    for path in options.recipes:
        recipe = read_yaml(path.read_text(encoding="utf-8"), path.name).data
        results = [
            measure(recipe, faces, held, seed) for seed in range(options.seeds) for held in splits(options.halves)
        ]
        accuracies = 100 * np.array([result.accuracy for result in results])
        auc, eer, tar = np.mean([(result.auc, result.eer, result.tar_at_far[0.01]) for result in results], axis=0)
        folds = " ".join(f"{accuracy:.1f}" for accuracy in accuracies)
        print(f"{path.stem}: {accuracies.mean():.2f} ± {accuracies.std():.2f} % ({folds}), AUC {auc:.4f}, "
              f"EER {eer:.2%}, TAR {tar:.1%}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
