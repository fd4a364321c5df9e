"""What a recipe names is made with its arguments, or refused with the line that names it."""

import json

import pytest

import tfface
from tfface.training import RecipeError, build, load_recipe


def recipe(**changes):
    return load_recipe({"data": {"source": "orl"}, "loss": "arcface", "epochs": 4, **changes})


def test_losses_are_weighted_and_know_the_number_of_classes():
    loss = build.make_loss(recipe(loss=["arcface", {"name": "center", "weight": 0.25, "alpha": 0.1}]), 0, 7)
    assert loss.weights == [1.0, 0.25]
    assert (loss.losses[1].num_classes, loss.losses[1].alpha) == (7, 0.1)


@pytest.mark.parametrize(
    ("loss", "head"),
    [("arcface", tfface.layers.CosineHead), ("softmax", tfface.layers.LinearHead), ("triplet", type(None))],
)
def test_a_loss_gets_the_head_it_needs(loss, head):
    one = recipe(loss=loss)
    assert type(build.make_head(one, 0, build.make_loss(one, 0, 7), 7)) is head


def test_a_head_can_have_arguments():
    one = recipe(head={"name": "cosine", "sub_centers": 3})
    assert build.make_head(one, 0, build.make_loss(one, 0, 7), 7).sub_centers == 3


def rates(schedule, steps=10):
    """The learning rate at every step of four epochs."""
    one = recipe(optimizer={"name": "sgd", "learning_rate": 0.1}, schedule=schedule)
    follow = build.make_optimizer(one, 0, steps)._learning_rate
    return [float(follow(step)) for step in range(4 * steps + 1)]


def test_schedules_count_in_epochs():
    assert rates("cosine")[::20] == pytest.approx([0.1, 0.05, 0.0], abs=1e-6)
    warm = rates({"name": "cosine", "warmup_epochs": 2, "final_fraction": 0.1})
    assert warm[:21:10] == pytest.approx([0.0, 0.05, 0.1], abs=1e-6)
    assert warm[-1] == pytest.approx(0.01, rel=1e-4)
    stairs = rates({"name": "steps", "epochs": [1, 3], "factor": 0.1})
    assert [stairs[9], stairs[11], stairs[29], stairs[31]] == pytest.approx([0.1, 0.01, 0.01, 0.001])
    almost_all = {"name": "cosine", "warmup_epochs": 3.9}
    assert rates(almost_all)[39] == pytest.approx(0.1) and rates(almost_all, steps=1)[3] == pytest.approx(0.1)
    assert rates({"name": "polynomial", "power": 2.0})[::20] == pytest.approx([0.1, 0.025, 0.0])
    assert rates({"name": "exponential", "factor": 0.5})[::20] == pytest.approx([0.1, 0.025, 0.00625], rel=1e-4)


def test_any_keras_model_can_be_the_backbone():
    backbone = {
        "name": "keras.applications:MobileNetV2",
        "embedding_size": 5,
        "weights": None,
        "include_top": False,
        "pooling": "avg",
        "alpha": 0.35,
    }
    assert build.make_backbone(recipe(backbone=backbone), (32, 32, 3)).output_shape == (None, 5)


WRONG = {
    "loss": [
        ("arcfacee", "loss: unknown name 'arcfacee', did you mean 'arcface'"),
        ({"name": "arcface", "margn": 0.4}, "loss: arcface: unknown argument 'margn'; expected margin"),
        ({"name": "arcface", "margin": 30}, "loss.margin: expected a number in"),
        (["arcface", "softmax"], "loss: expected losses for one head"),
    ],
    "head": [
        ("cosin", "head: unknown head 'cosin', did you mean 'cosine'?"),
        ({"name": "cosine", "num_classes": 3}, "head: cosine has no argument 'num_classes'"),
        ({"name": "cosine", "sub_centers": 0}, "head.sub_centers: expected"),
    ],
    "optimizer": [
        ("adm", "optimizer: unknown optimizer 'adm', did you mean 'adam'"),
        ({"name": "sgd", "momentun": 0.9}, "optimizer: "),
        ({"name": "sgd", "learning_rate": "fast"}, "optimizer.learning_rate: expected a number, got 'fast'"),
        ({"name": "sgd", "learning_rate": -1}, "optimizer.learning_rate: expected a number above 0, got -1"),
        ({"name": "sgd", "momentum": "much"}, "optimizer.momentum: expected a number, got 'much'"),
        ({"name": "sgd", "nesterov": 1}, "optimizer.nesterov: expected true or false, got 1"),
        ({"name": "adam", "beta_1": True}, "optimizer.beta_1: expected a number, got True"),
        ({"name": "adamw", "weight_decay": [0.1]}, "optimizer.weight_decay: expected a number, got [0.1]"),
        ({"name": "adam", "clipnorm": "1"}, "optimizer.clipnorm: expected a number, got '1'"),
    ],
    "schedule": [
        (
            {"name": "cosine", "warmup_epochs": 3},
            "schedule.warmup_epochs: expected less than epochs, which is 1, got 3",
        ),
    ],
    "backbone": [
        ("small_cn", "backbone: unknown backbone 'small_cn', did you mean 'small_cnn'?"),
        ({"name": "small_cnn", "width": [4]}, "backbone: small_cnn has no argument 'width', did you mean 'widths'?"),
        ("keras.applications:MobileNet99", "backbone: keras.applications:MobileNet99: found no 'MobileNet99'"),
        ("no_such_package:model", "backbone: No module named 'no_such_package'"),
        ("os.path:join", "backbone: os.path:join needs a"),
    ],
}


@pytest.mark.parametrize(
    ("key", "value", "problem"), [(key, value, problem) for key, cases in WRONG.items() for value, problem in cases]
)
def test_what_cannot_be_made_is_said_before_anything_starts(tmp_path, key, value, problem):
    loss = {} if key == "loss" else {"loss": "arcface"}
    path = tmp_path / "r.yaml"
    written = {"data": {"source": "orl"}, "epochs": 1, **loss, key: value}
    path.write_text("".join(f"{name}: {json.dumps(value)}\n" for name, value in written.items()))
    one = load_recipe(path)
    with pytest.raises(RecipeError) as raised:
        build.make_backbone(one, (8, 8, 1))
        build.make_head(one, 0, build.make_loss(one, 0, 7), 7)
        build.make_optimizer(one, 0, 10)
    assert str(raised.value).startswith(f"{path}:{len(written)}: {problem}")
    assert "\n" not in str(raised.value)
