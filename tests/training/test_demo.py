"""The demo, with its real recipes cut short."""

import pytest

from tfface.cli import main
from tfface.tracking import read_runs
from tfface.training import demo, load_recipe


@pytest.mark.parametrize("loss", demo.LOSSES)
def test_the_recipes_differ_in_what_they_train_with_only(loss, tmp_path):
    recipe = demo.recipe(loss, tmp_path)
    assert recipe.stages[-1].loss[0].name == loss
    assert recipe.output == str(tmp_path / loss)
    assert recipe.data == demo.recipe("softmax", tmp_path).data
    assert (recipe.data.source.name, recipe.data.train_identities) == ("orl", 30)


def test_the_demo_prints_one_table_and_writes_one_page(tmp_path, monkeypatch, capsys):
    whole = demo.recipe

    def short(loss, folder):
        recipe = whole(loss, folder).to_dict()
        stages = [{**stage, "epochs": 1, "schedule": "constant"} for stage in recipe["stages"]]
        backbone = {**recipe["backbone"], "widths": [4], "wavelengths": [4]}
        return load_recipe({**recipe, "stages": stages, "backbone": backbone})

    monkeypatch.setattr(demo, "recipe", short)
    monkeypatch.setattr(demo, "LOSSES", ("softmax", "triplet"))  # one with a head, one without
    assert main(["demo", "-o", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    (page,) = tmp_path.glob("*/compare.html")

    runs = read_runs(page.parent / "runs")
    assert [run.name for run in runs] == ["raw pixels", *demo.LOSSES]
    assert all(run.results["orl"]["genuine"] == 450 for run in runs)
    for row, run_id in [("raw pixels", "–"), *((run.name, run.id) for run in runs[1:])]:
        (line,) = (line for line in printed.splitlines() if line.startswith(row))
        assert line.rstrip().endswith(run_id)
    assert f"comparison page: {page.as_uri()}" in printed
