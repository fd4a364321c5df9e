"""A training that is killed, told to end, or finds the disk full goes on and ends where an undisturbed one does.

Real processes of `tfface train` (victims.py). `make test` lets one training meet everything, `make soak` kills twenty
more, up to three times each.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.xdist_group("faults")  # one worker starts the processes, for all tests
PROGRAM = Path(__file__).with_name("victims.py")


@pytest.fixture(scope="module", params=[0, pytest.param(20, marks=pytest.mark.soak)], ids=["few", "many"])
def told(request, tmp_path_factory):
    """What the victims' program told: a list of dictionaries, in order; where it trained."""
    seed = time.time_ns() % 2**32
    folder = tmp_path_factory.mktemp("faults")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")
    command = [sys.executable, str(PROGRAM), *map(str, (folder, seed, request.param))]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=3600)
    assert done.returncode == 0, f"seed {seed}: {done.stderr[-3000:]}"
    print(f"seed {seed}")
    return folder, [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def of(told, kind):
    return [one for one in told[1] if one["kind"] == kind]


@pytest.fixture(scope="module")
def same(told, saved):
    """Whether a file holds all that an undisturbed training leaves."""
    (whole,) = of(told, "whole")
    assert whole["code"] == 0, whole["lines"]
    undisturbed = saved(Path(whole["output"]) / "model.keras")

    def same(path):
        other = saved(path)
        assert other.keys() == undisturbed.keys()
        return all(np.allclose(other[name], undisturbed[name], rtol=0, atol=1e-6) for name in undisturbed)

    return same


def test_whatever_happened_it_ends_with_the_same_weights_slots_and_state(told, same):
    (last,) = of(told, "spacious")
    assert last["code"] == 0, last["lines"]
    assert same(told[0] / "suffered.keras")


def test_killed_it_leaves_whole_checkpoints_only(told, same):
    done = of(told, "killed")
    for one in done[:-1]:
        assert one["code"] == 0, one
        assert same(Path(one["output"]) / "model.keras"), one
    assert done[-1]["code"] == -9
    faults = [fault["how"] for one in done[:-1] for fault in one["faults"]]
    print({how: faults.count(how) for how in set(faults)}, "all with the weights of an undisturbed training")


def test_sigterm_ends_it_after_the_step_with_all_saved(told):
    (one,) = of(told, "terminated")
    assert one["code"] == 143
    last = one["lines"][-1]
    assert last.startswith(
        f"tfface: ended by SIGTERM at {one['position']}; what was learnt is saved, go on with: tfface"
    )
    assert [line for line in one["lines"] if "SIGTERM: " in line] == ["SIGTERM: finishing this step, then saving"]
    assert one["run"] == ["interrupted", "SIGTERM"]


def test_a_damaged_checkpoint_is_told_and_left_out(told):
    (one,) = of(told, "damaged")
    (after,) = of(told, "full")
    assert one["damage"]["position"] != of(told, "terminated")[0]["position"]
    assert any("is damaged and left out (" in line for line in after["lines"])


def test_a_full_disk_costs_no_checkpoint_and_is_told(told):
    (one,) = of(told, "full")
    assert one["code"] == 2
    assert one["left"] == sorted({*one["left"], "recipe.yaml"}) and not {"unfinished", "model.keras"} & {*one["left"]}
    reason = "No space left on device" if one["tmpfs"] else "File too large"
    warnings = [line for line in one["lines"] if line.startswith("checkpoint: ")]
    assert warnings and all(
        f"{reason}; the last one is of {one['position']}; training goes" in line for line in warnings
    )
    last = one["lines"][-1]
    assert f"{reason}; make space, then go on with: tfface train" in last


def test_a_read_only_folder_is_a_mistake_told_in_a_line(told):
    if not of(told, "full")[0]["tmpfs"]:
        pytest.skip("this system does not let us mount")
    (one,) = of(told, "protected")
    assert one["code"] == 2
    (line,) = one["lines"]
    assert line.endswith(f"output: cannot write to {one['output']}: Read-only file system")
