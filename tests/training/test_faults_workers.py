"""Two workers, of which one or both are killed, told to end, or stop answering: nobody waits for ever.

Real processes of `tfface train` (crews.py).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.xdist_group("workers")  # one worker starts the processes, for all tests
PROGRAM = Path(__file__).with_name("crews.py")
BOUND = 40  # seconds in which a worker has to notice that another one is gone; it takes less than a second, or ten


@pytest.fixture(scope="module", params=[2, pytest.param(7, marks=pytest.mark.soak)], ids=["few", "many"])
def told(request, tmp_path_factory):
    """What the crews' program told, by what was done."""
    folder = tmp_path_factory.mktemp("workers")
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1")
    command = [sys.executable, str(PROGRAM), str(folder), str(request.param)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=1800)
    assert done.returncode == 0, done.stderr[-3000:]
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {one["kind"]: one for one in found}


def test_two_workers_that_met_faults_and_one_who_goes_on_are_as_good_as_one_undisturbed(told, saved):
    whole, resumed = told["whole"], told["resumed"]
    assert (whole["code"], resumed["code"]) == (0, 0), resumed["lines"]
    whole, resumed = (saved(Path(one["output"]) / "model.keras") for one in (whole, resumed))
    assert whole.keys() == resumed.keys()
    for name, expected in whole.items():
        np.testing.assert_allclose(resumed[name], expected, rtol=0, atol=1e-6, err_msg=name)


def test_who_is_left_ends_soon_with_a_line(told):
    gone = {kind: one for kind, one in told.items() if kind.startswith(("SIGKILL", "SIGSTOP"))}
    assert "SIGKILL to [1]" in gone
    for kind, one in gone.items():
        print(kind, one["codes"], one["seconds"], one["position"])
        left = [rank for rank in (0, 1) if str(rank) not in kind]
        assert all(one["codes"][rank] == 75 and one["seconds"][rank] < BOUND for rank in left), one
    said = [line for line in told["resumed"]["lines"] if line.startswith("tfface: another worker")]
    assert len(said) == sum("[0, 1]" not in kind for kind in gone)
    assert "has ended or does not answer; saved is epoch 1, after 2 steps, go on with: tfface train" in said[0]


def test_sigterm_to_one_ends_all_after_the_same_step(told):
    for kind in told.keys() & {"SIGTERM to [1]", "SIGTERM to [0, 1]"}:
        one = told[kind]
        assert one["codes"] == [143, 143], one
        last = [line for line in one["lines"] if line.startswith("tfface: ended by SIGTERM")][-2:]
        assert last[0] == last[1] and f"SIGTERM at {one['position']}; what was learnt is saved" in last[0]
