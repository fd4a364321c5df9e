"""A recipe is checked before anything starts, and every error says where it is."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tfface.training import RecipeError, build, load_recipe

GOOD = """\
data:
  source: orl
  train_identities: 30
backbone: small_cnn
loss: {name: arcface, margin: 0.4}
optimizer: {name: adam, learning_rate: 1e-3}
epochs: 3
"""
RECIPE = {"data": {"source": "orl"}, "loss": "arcface", "epochs": 1}


@pytest.fixture
def write(tmp_path):
    def write(text):
        path = tmp_path / "faces.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


def test_short_forms_mean_the_long_ones(write):
    recipe = load_recipe(write(GOOD))
    assert recipe.data.source.name == "orl"
    assert recipe.backbone.embedding_size == 128
    assert recipe.output == "runs/faces"
    (stage,) = recipe.stages
    assert [(term.name, term.weight, term.arguments) for term in stage.loss] == [("arcface", 1.0, {"margin": 0.4})]
    assert stage.optimizer.arguments == {"learning_rate": 0.001}  # 1e-3 is text to YAML 1.1
    assert stage.batch.size == 64


def test_stages_inherit_what_they_do_not_say():
    recipe = load_recipe(
        {
            "data": {"source": "orl"},
            "loss": "arcface",
            "batch": 32,
            "stages": [
                {"epochs": 2},
                {
                    "loss": "triplet",
                    "epochs": 1,
                    "batch": {"identities_per_batch": 4, "images_per_identity": 2},
                },
            ],
        }
    )
    first, second = recipe.stages
    assert (first.loss[0].name, first.epochs, first.batch.size) == ("arcface", 2, 32)
    assert (second.loss[0].name, second.epochs, second.batch.identities_per_batch) == ("triplet", 1, 4)


def test_a_resolved_recipe_reads_back_as_itself():
    triplets = {"loss": "triplet", "batch": {"identities_per_batch": 4, "images_per_identity": 2}, "augment": None}
    resolved = load_recipe({**RECIPE, "augment": {"flip": 0.5}, "stages": [{}, triplets]}).to_dict()
    assert load_recipe(resolved).to_dict() == resolved
    assert "augment" not in resolved["stages"][1]


PROBLEMS = {
    "los: arcface": ("8: los: unknown key, did you mean 'loss'?",),
    "data: {sources: orl}": ("8: data: this key is there twice",),
    "seed: one": ("8: seed: expected a valid integer, got 'one'",),
    "seed: true": ("8: seed: expected a valid integer, got True",),
    "batch: 0": ("8: batch.size: expected greater than 0, got 0",),
    "batch: {images_per_identity: 4}": ("8: batch: identities_per_batch and images_per_identity go together",),
    "precision: half": ("8: precision: expected 'float32', 'mixed_float16' or 'mixed_bfloat16', got 'half'",),
    "schedule: cosin": ("8: schedule.name: unknown schedule 'cosin', did you mean 'cosine'?",),
    "schedule: {name: cosine, warmup: 3}": ("8: schedule.warmup: unknown key, did you mean 'warmup_epochs'?",),
    "tracking: {tags: [1]}": ("8: tracking.tags.0: expected a valid string, got 1",),
    "evaluation: [1]": ("8: evaluation: expected keys with values, got [1]",),
    "stages:\n- {epochs: 2}\n- {epoch: 2}": ("10: stages.1.epoch: unknown key, did you mean 'epochs'?",),
    "stages: [{epochs: 0, loss: [arcface, {weight: 1.0}]}]": (
        "8: stages.0.loss.1.name: this key is missing",
        "8: stages.0.epochs: expected greater than 0, got 0",
    ),
    "seed: [1": ("9: not YAML: expected ',' or ']', but got '<stream end>'",),
    "seed: !!python/name:os.system x": ("8: not YAML: could not determine a constructor",),
}


@pytest.mark.parametrize("line", PROBLEMS)
def test_each_problem_is_one_line_that_says_where(write, line):
    path = write(GOOD + line + "\n")
    with pytest.raises(RecipeError) as raised:
        load_recipe(path)
    problems = str(raised.value).splitlines()
    assert len(problems) == len(PROBLEMS[line])
    for problem, expected in zip(problems, PROBLEMS[line], strict=True):
        assert problem.startswith(f"{path}:{expected}")


def test_what_is_missing_is_named(write):
    with pytest.raises(RecipeError) as raised:
        load_recipe(write("seed: 1"))
    missing = [line.rpartition("faces.yaml: ")[2] for line in str(raised.value).splitlines()]
    assert missing == [
        "data: this key is missing",
        "loss: this key is missing",
        "epochs: this key is missing",
    ]


@pytest.mark.parametrize("content", [b"", b"- 1", b"\xff\xfe\x00", b"a: \x01"])
def test_files_that_are_no_recipe(tmp_path, content):
    path = tmp_path / "faces.yaml"
    path.write_bytes(content)
    with pytest.raises(RecipeError, match=r"faces\.yaml"):
        load_recipe(path)


def test_settings_replace_what_is_written(write):
    recipe = load_recipe(write(GOOD), ["loss=cosface", "loss.margin=0.2", "data.size=[56, 46]", "seed=7"])
    assert recipe.stages[0].loss[0].arguments == {"margin": 0.2}
    assert recipe.data.size == [56, 46]
    assert recipe.seed == 7


def test_settings_reach_into_lists():
    recipe = {"data": {"source": "orl"}, "epochs": 1, "stages": [{"loss": ["softmax", "center_loss"]}]}
    assert load_recipe(recipe, ["stages.0.loss.1.weight=0.01"]).stages[0].loss[1].weight == 0.01
    assert recipe["stages"] == [{"loss": ["softmax", "center_loss"]}]  # the caller's dictionary is left alone


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("epochs", "--set epochs: expected key=value"),
        ("epochs=many", "--set epochs=many: epochs: expected a valid integer, got 'many'"),
        ("data.size.7=3", "--set data.size.7=3: expected a number from 0 to 1 in place of '7'"),
    ],
)
def test_a_wrong_setting_is_named(write, setting, problem):
    with pytest.raises(RecipeError) as raised:
        load_recipe(write(GOOD), ["data.size=[8, 8]", setting])
    assert str(raised.value).startswith(problem)


def test_reading_a_recipe_needs_no_tensorflow(write):
    code = (
        "import sys; sys.argv = ['tfface']; from tfface.training import load_recipe;"
        f"load_recipe({str(write(GOOD))!r}); sys.exit('tensorflow' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


WRITTEN = sorted(Path(__file__).parents[2].glob("recipes/*.yaml"))
SHIPPED = [path for path in WRITTEN if "\nlosses:" not in path.read_text(encoding="utf-8")]  # the others are sweeps


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_recipes_we_ship_can_be_made(path):
    recipe = load_recipe(path)
    assert recipe.output == f"runs/{path.stem}"
    for stage in range(len(recipe.stages)):
        build.make_head(recipe, stage, build.make_loss(recipe, stage, 30), 30)
        build.make_optimizer(recipe, stage, 10)


@pytest.mark.parametrize(
    "text, problem",
    [
        ("a: !!int foo", "not YAML"),
        ("a: &a [*a]", "nested too deeply"),
        ("[" * 5000, "not YAML"),
    ],
)
def test_hostile_yaml_is_one_line(write, text, problem):
    with pytest.raises(RecipeError, match=problem):
        load_recipe(write(text))


def test_a_seed_beyond_what_tensorflow_takes_is_refused():
    with pytest.raises(RecipeError, match="seed"):
        load_recipe({**RECIPE, "seed": 2**31})
