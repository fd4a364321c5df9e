"""Which cells a sweep has, and what is said of one that makes no sense before anything is trained."""

import pytest

from tfface.sweep import load_sweep
from tfface.sweep.check import plan, recipe_of
from tfface.sweep.grid import cells
from tfface.sweep.source import components
from tfface.training import RecipeError

TRIPLET = {"name": "triplet", "recipe": {"batch": {"identities_per_batch": 5, "images_per_identity": 2}}}
GRID = [
    "softmax",
    {"name": "arcface", "margin": [0.3, 0.5], "scale": [8, 16]},
    ["softmax", {"name": "center", "weight": 0.01}],
    {
        "label": "mine",
        "sum": [TRIPLET["name"]],
        "recipe": {"batch": {"identities_per_batch": 2, "images_per_identity": 2}},
    },
]


@pytest.fixture
def planned(tiny):
    return lambda **changes: plan(load_sweep(tiny(**changes)))


def test_every_combination_is_a_cell(planned):
    found = planned(losses=GRID, seeds=[3, 5], identities=[2, 4], backbones=["small_cnn", "gabor"]).cells
    assert len(found) == len({each.cell.id for each in found}) == (1 + 4 + 1 + 1) * 2 * 2 * 2
    labels = list(dict.fromkeys(each.cell.label for each in found))
    assert labels == [
        "softmax",
        *(f"arcface(margin={margin}, scale={scale})" for margin in (0.3, 0.5) for scale in (8, 16)),
        "softmax + center",
        "mine",
    ]
    assert [each.cell.seed for each in found] == sorted(each.cell.seed for each in found)
    last = found[-1]
    assert (last.cell.head, last.cell.seed, last.cell.identities, last.cell.backbone) == ("none", 5, 4, "gabor")
    assert last.recipe["batch"]["identities_per_batch"] == 2
    assert found[0].cell.head == "linear" and found[1].cell.arguments == {"margin": 0.3, "scale": 8}


def test_cells_of_a_fold_share_all_but_their_loss(tiny):
    sweep = load_sweep(tiny(folds=4, data=tiny()["data"] | {"train_identities": None}))
    recipes = [recipe_of(sweep, each).to_dict() for each in plan(sweep).cells if each.cell.fold == 2]
    assert len(recipes) == 2 and recipes[0]["data"]["fold"] == 2 and recipes[0]["evaluation"]["seed"] == 0
    first, second = ({**one, "stages": [{**one["stages"][0], "loss": None}]} for one in recipes)
    assert first == second


def test_a_cell_keeps_its_name_when_others_are_added(tiny):
    names = {each.cell.id for each in cells(load_sweep(tiny()))}
    assert names < {each.cell.id for each in cells(load_sweep(tiny(losses=[*tiny()["losses"], "cosface"], seeds=2)))}


def test_a_quarter_of_the_people_is_tested_where_nothing_says_who(tiny):
    found = plan(load_sweep(tiny(data={"source": tiny()["data"]["source"]})))
    assert found.sweep.data.train_identities == found.cells[0].recipe["data"]["train_identities"] == 6


def test_a_head_that_does_not_fit_is_left_out_with_a_line(planned):
    found = planned(losses=["softmax", "arcface", TRIPLET], heads=["cosine", "linear"])
    assert [(each.cell.loss, each.cell.head) for each in found.cells] == [
        ("arcface", "cosine"),
        ("triplet", "none"),
        ("softmax", "linear"),
    ]
    assert found.skipped == [
        "skipped: softmax with head cosine: the loss takes dot, not cosine",
        "skipped: arcface with head linear: the loss takes cosine, not dot",
    ]


def test_the_words_of_a_command_line():
    assert components("softmax,arcface:margin=0.3/0.5:boundary=none,keras.applications::VGG16:include_top=false") == [
        "softmax",
        {"name": "arcface", "margin": [0.3, 0.5], "boundary": "none"},
        {"name": "keras.applications:VGG16", "include_top": False},
    ]
    assert components("softmax+center:weight=0.01") == [["softmax", {"name": "center", "weight": 0.01}]]
    assert components("arcface:margin=0.2..0.6") == [{"name": "arcface", "margin": {"low": 0.2, "high": 0.6}}]
    with pytest.raises(ValueError, match=r"expected name:argument=value, got '0\.3'"):
        components("arcface:0.3")


RANGE = {"name": "arcface", "margin": {"low": 0.2, "high": 0.6}}
MISTAKES = {
    "loss": ({"losses": ["softmax", "arkface"]}, r"losses\.1: loss: unknown name 'arkface', did you mean 'arcface'"),
    "argument": ({"losses": [{"name": "arcface", "mrgin": 1}]}, r"losses\.0: arcface: unknown argument 'mrgin'"),
    "value": ({"losses": [{"name": "arcface", "margin": 9}]}, r"losses\.0: margin: expected a number in"),
    "range": ({"losses": [RANGE]}, r"losses\.0\.margin: a range needs tune"),
    "order": (
        {"losses": [RANGE | {"margin": {"low": 1, "high": 0}}], "tune": 2},
        r"losses\.0\.margin: expected low < h",
    ),
    "no range": ({"tune": 2}, "tune: expected a loss with a range"),
    "heads": ({"losses": ["softmax"], "heads": ["cosine"]}, "heads: no loss goes with these heads"),
    "head": ({"heads": ["cosin"]}, "heads: unknown head 'cosin', did you mean 'cosine'"),
    "backbone": ({"backbones": ["small_cn"]}, "backbones: unknown backbone 'small_cn', did you mean 'small_cnn'"),
    "key": ({"lossses": []}, "lossses: unknown key, did you mean 'losses'"),
    "base": ({"base": {"batchh": 3}}, "base.batchh: unknown key, did you mean 'batch'"),
    "shared": ({"base": {"epochs": 3}}, "base: epochs: write budget"),
    "own": (
        {"losses": [TRIPLET | {"recipe": {"bach": 3}}]},
        r"losses\.0\.recipe\.bach: unknown key, did you mean 'batch'",
    ),
    "people": ({"identities": [50]}, r"identities: .*expected 1\.\.4"),
    "batch": (
        {"losses": [TRIPLET], "identities": [3]},
        r"losses\.0\.recipe\.batch\.identities_per_batch: expected at most 3, the people to train on, got 5",
    ),
    "baseline": ({"baseline": "cosface"}, "baseline: expected one of softmax, arcface, got 'cosface'"),
    "budget": ({"budget": {"epochs": 1, "seconds": 1.0}}, "budget: expected either epochs or seconds"),
    "twice": (
        {"losses": ["softmax", {"name": "softmax", "recipe": {"batch": 5}}]},
        r"losses\.1: two losses are called",
    ),
    "seeds": ({"seeds": [1, 1]}, "seeds: expected each once"),
    "no seed": ({"seeds": 0}, "seeds: expected at least 1"),
    "weight": (
        {"losses": [[{"name": "softmax", "weight": [1, -1]}]]},
        "weight: expected greater than 0",
    ),
    "judges": (
        {"losses": [RANGE], "tune": {"trials": 2, "validation": 0.8}},
        "tune: expected people to train on besides the 4 who judge a trial, got 5",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_are_told_before_work_starts(planned, case):
    changes, message = MISTAKES[case]
    with pytest.raises(RecipeError, match=message):
        planned(**changes)


def test_too_few_people_for_the_folds(tiny, planned):
    with pytest.raises(RecipeError, match=r"folds: expected 2\.\.8"):
        planned(folds=9, data={"source": tiny()["data"]["source"]})
    with pytest.raises(RecipeError, match="impostor"):  # one person alone makes no impostor pairs
        planned(folds=8, data={"source": tiny()["data"]["source"]})


def test_errors_name_the_line(tmp_path, faces):
    path = tmp_path / "sweep.yaml"
    path.write_text(
        f"data: {{source: {{name: folder, path: {faces}}}}}\nlosses:\n  - softmax\n  - {{name: arcface, margn: 1}}\n"
    )
    with pytest.raises(RecipeError, match=r"sweep.yaml:4: losses\.1: arcface: unknown argument 'margn'"):
        plan(load_sweep(path))
