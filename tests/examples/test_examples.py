"""Every example runs as its first lines say, in a process and a folder of its own, without a network."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
NO_NETWORK = "http://127.0.0.1:9"


def a_table_and_a_picture(printed, folder):
    assert "data: digits, 1437 images" in printed
    rows = re.findall(r"^(normface|cosface|arcface) +([\d.]+)% +([\d.]+) +([\d.]+)$", printed, re.MULTILINE)
    assert [row[0] for row in rows] == ["normface", "cosface", "arcface"]
    assert all(float(accuracy) > 30 for _, accuracy, _, _ in rows)  # after 60 steps; by chance it were 10
    assert (folder / "pictures" / "cosface_vs_arcface.png").read_bytes().startswith(b"\x89PNG")


def the_model_loads_again(printed, folder):
    assert re.search(r"ArcFace: +VerificationResult\(accuracy \d\d\.\d\d%", printed)
    assert (folder / "models" / "orl_arcface.keras").exists()
    assert float(re.search(r"differ by at most ([\d.e-]+)", printed)[1]) < 1e-5


def the_loss_falls(printed, folder):
    both = re.findall(r"10 × 6 images a batch, loss (\d\.\d+) → (\d\.\d+)", printed)
    assert len(both) == 2 and all(float(last) < float(first) for first, last in both)


def one_and_two_replicas_agree(printed, folder):
    one, two = re.findall(r"^(\d) replica\(s\): loss (.*)$", printed, re.MULTILINE)
    assert (one[0], two[0]) == ("1", "2")
    one, two = ([float(loss) for loss in losses.split(" → ")] for _, losses in (one, two))
    assert one == pytest.approx(two, rel=1e-2) and one[-1] < one[0]
    assert float(re.search(r"(\d\.\d+) at least", printed)[1]) > 0.99


def three_trainings_are_judged(printed, folder):
    spread = re.search(r"collapse_spread: (\d\.\d+) → (\d\.\d+)", printed)
    assert float(spread[2]) > 0.5
    assert re.search(r"^collapse: all embeddings are becoming one point", printed, re.MULTILINE)
    assert re.search(r"^not finite: step \d+ of epoch 1: .*first bad layer: '\w+'", printed, re.MULTILINE)
    assert (folder / "pictures" / "angles.png").read_bytes().startswith(b"\x89PNG")


def blurred_faces_are_less_certain(printed, folder):
    lines = re.findall(r"^blur of (\d) pixels: .* for (\d+)% of faces; .* sharp (\d\.\d+);", printed, re.MULTILINE)
    assert [pixels for pixels, *_ in lines] == ["1", "2", "3"]
    assert all(int(share) >= 90 and float(auc) > 0.8 for _, share, auc in lines)


def protocols_and_whether_it_was_luck(printed, folder):
    cosine, ratio = re.findall(r"VerificationResult\(accuracy .*AUC (\d\.\d+)", printed)
    difference, low, high, p = re.search(r"AUC (\S+), 95 % between (\S+) and (\S+), p = (\d\.\d+)", printed).groups()
    assert float(difference) == pytest.approx(float(ratio) - float(cosine), abs=1e-3) and float(difference) > 0
    assert float(low) < float(difference) < float(high) and 0 < float(p) <= 1
    assert (folder / "pictures.png").read_bytes().startswith(b"\x89PNG")


def a_sheet_of_faces(printed, folder):
    assert "sheet.png: 11 kinds of changes of 6 faces" in printed
    assert (folder / "sheet.png").read_bytes().startswith(b"\x89PNG")


def one_fit_learns_from_labels_and_views(printed, folder):
    losses = re.findall(r"^(simclr|arcface) loss ([\d.]+) → ([\d.]+)$", printed, re.MULTILINE)
    assert len(losses) == 2 and all(float(last) < float(first) for _, first, last in losses)
    names = re.findall(r"^(.*): VerificationResult\(accuracy \d\d", printed, re.MULTILINE)
    assert names == ["random", "60 of 300 labelled, two views of all", "60 labelled alone"]


# name: arguments that make it short, and what must have come out
TABLE = {
    "mnist_cosface_vs_arcface": (["--steps", "60", "--output", "pictures"], a_table_and_a_picture),
    "orl_face_model": (["--epochs", "2", "--output", "models"], the_model_loads_again),
    "triplets": (["--epochs", "2"], the_loss_falls),
    "mirrored": ([], one_and_two_replicas_agree),
    "monitors": (["--epochs", "2", "--output", "pictures"], three_trainings_are_judged),
    "augmentations": (["sheet.png"], a_sheet_of_faces),
    "protocols": (["pictures.png"], protocols_and_whether_it_was_luck),
    "self_supervision": (["--epochs", "2"], one_fit_learns_from_labels_and_views),
    "uncertainty": (["--epochs", "4"], blurred_faces_are_less_certain),
}


def test_every_example_is_here():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == TABLE.keys()


@pytest.mark.parametrize("name", TABLE)
def test_runs(name, tmp_path):
    arguments, check = TABLE[name]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "KERAS_HOME": str(tmp_path / "keras"),
        "http_proxy": NO_NETWORK,
        "https_proxy": NO_NETWORK,
    }
    result = subprocess.run(
        [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    check(result.stdout, tmp_path)
