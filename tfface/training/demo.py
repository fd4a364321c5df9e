"""The demo: four losses on real faces, one table, one page that compares the runs."""

import time
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

from .. import tracking
from .._extras import require
from ..tracking import layout
from .fit import train
from .held_out import Measured
from .material import Material
from .progress import progress_bar
from .recipe import load_recipe
from .report import results_table
from .schema import Recipe
from .yaml_source import read_yaml

LOSSES = ("softmax", "cosface", "arcface", "triplet")


class Shown(NamedTuple):
    """What the demo shows: the table of results, and the page that compares the runs."""

    table: Table
    page: Path


def recipe(loss: str, folder: Path) -> Recipe:
    """The demo's recipe of a loss, which writes below `folder`.

    Its settings were chosen by cross-validation inside the identities it trains on.
    """
    text = resources.files(__package__).joinpath("recipes", f"demo-{loss}.yaml").read_text(encoding="utf-8")
    places = {"output": str(folder / loss), "tracking": {"name": loss, "directory": str(folder / "runs")}}
    return load_recipe({**read_yaml(text, f"demo-{loss}.yaml").data, **places})


def raw_pixels(recipe: Recipe) -> Measured:
    """What the pixels themselves are worth as embeddings, in the views of a recipe's evaluation; logged as a run, too.

    They are not whitened: that is learnt from the people of the training.
    """
    material = Material(recipe)
    material.decode()
    measured = replace(material.held_out, prepare=None).measure(lambda images: images.reshape(len(images), -1))
    run = tracking.init_run("raw pixels", directory=recipe.tracking.directory)
    tracking.log_results(run, material.held_out.name, measured.to_dict(), measured.verification.curves())
    run[layout.STATUS] = layout.FINISHED
    run.stop()
    return measured


def run(folder: str | Path = "demo") -> Shown:
    """Trains the four recipes and writes the comparison page.

    Each call makes a folder of its own inside `folder`.

    Raises:
        ImportError: the `demo` extra is not installed.
        RecipeError: the folder cannot be written.
    """
    require("plotly", "demo")  # said now, not after the training
    folder = Path(folder) / time.strftime("%Y-%m-%d-%H%M%S")
    recipes = {loss: recipe(loss, folder) for loss in LOSSES}
    rows = [("raw pixels", raw_pixels(recipes["softmax"]), None, None)]
    with progress_bar() as progress:
        for loss in LOSSES:
            result = train(recipes[loss], progress=progress)
            rows.append((loss, result.measured, result.seconds, result.run_id))
    page = tracking.compare(tracking.read_runs(folder / "runs"), folder / "compare.html", title="tfface demo")
    return Shown(results_table(rows), page.resolve())
