"""Ctrl-C at the terminal, then --resume."""

import dataclasses
import signal
import time
import zipfile

from tfface.tracking import read_runs
from tfface.training import checkpoint


def wait_for(path, process, seconds=120):
    """Waits until the file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, f"{path} did not appear"
        time.sleep(0.02)


def test_ctrl_c_then_resume(start, recipe, tmp_path):
    path = recipe("epochs: 100000")
    process = start("train", path)
    wait_for(tmp_path / "out" / "checkpoint-1-0.keras", process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)

    assert process.returncode == 130, err
    assert "Traceback" not in err
    last = err.splitlines()[-1]
    assert last.startswith("tfface: interrupted at ")
    assert last.endswith(f"go on with: tfface train {tmp_path / 'out' / 'recipe.yaml'} --resume")
    (run,) = read_runs(tmp_path / "runs")
    assert run.status == "interrupted"
    last, state = checkpoint.load(tmp_path / "out")
    before = state.position.epoch
    assert before >= 1

    # what the line says, but with an end in sight
    kept = tmp_path / "out" / "recipe.yaml"
    kept.write_text(kept.read_text().replace("100000", str(before + 1)))
    (stage,) = state.recipe["stages"]
    recipe = {**state.recipe, "stages": [{**stage, "epochs": before + 1}]}
    with zipfile.ZipFile(last, "a") as archive:
        archive.comment = checkpoint.packed(dataclasses.replace(state, recipe=recipe))
    process = start("train", kept, "--resume")
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    (run,) = read_runs(tmp_path / "runs")
    assert run.status == "finished"
    assert list(run.series["train/epoch/loss"].steps) == list(range(1, before + 2))
