"""Two processes on the loopback address learn what one process does: losses of every kind, plain models, odd data."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tfface.distribute import local

HERE = Path(__file__).parent
CASES = {"seen", "plain", "clipped", "accumulated", "uneven"}


def start(folder, starts, which, **environment):
    folder.mkdir()
    paths = [str(HERE.parent / "models"), *filter(None, sys.path)]
    settings = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_NUM_INTRAOP_THREADS": "1", "PYTHONPATH": os.pathsep.join(paths)}
    with open(folder / "said.txt", "w") as file:
        command = [sys.executable, str(HERE / "two_workers.py"), str(folder), str(starts), which]
        return subprocess.Popen(command, env={**os.environ, **settings, **environment}, stdout=file, stderr=file)


@pytest.fixture(scope="module", params=["few", pytest.param("all", marks=pytest.mark.soak)])
def told(request, tmp_path_factory):
    """What the process alone and the two workers found, by name."""
    root = tmp_path_factory.mktemp("workers")
    starts, which = root / "starts.npz", request.param
    assert start(root / "alone", starts, which).wait(900) == 0, (root / "alone" / "said.txt").read_text()[-3000:]
    pair = [start(root / f"worker{i}", starts, which, **own) for i, own in enumerate(local.environments(2))]
    try:
        for i, process in enumerate(pair):
            assert process.wait(900) == 0, (root / f"worker{i}" / "said.txt").read_text()[-3000:]
    finally:
        for process in pair:
            process.kill()
    return {path.parent.name: dict(np.load(path)) for path in root.glob("*/told.npz")}


def test_two_workers_equal_one(told):
    alone = told["alone"]
    assert {name.split("/")[0] for name in alone} > CASES
    for worker in ("worker0", "worker1"):
        assert told[worker].keys() == alone.keys()
        for name, value in alone.items():
            np.testing.assert_allclose(told[worker][name], value, rtol=1e-4, atol=1e-5, err_msg=f"{worker}: {name}")
