"""The command line, called in this process or started as a user starts it, and runs for it to read."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tfface.cli import main

from ..tracking.conftest import Disk, assign, floats

SIZE = 12
LOSS = "train/epoch/loss"


@pytest.fixture
def tfface(capsys):
    """`tfface("train", "r.yaml")` gives the exit code, what was printed, and the lines of stderr."""

    def tfface(*words):
        code = main([str(word) for word in words])
        printed = capsys.readouterr()
        return code, printed.out, printed.err.splitlines()

    return tfface


@pytest.fixture
def start(tmp_path):
    """Starts `tfface` in a process of its own, as the console script does."""
    script = tmp_path / "bin" / "tfface"
    script.parent.mkdir()
    script.write_text("import sys\nfrom tfface.cli import main\nsys.exit(main())\n")
    root = Path(__file__).parents[2]
    path = os.pathsep.join([str(root), *filter(None, [os.environ.get("PYTHONPATH")])])

    def start(*words, **options):
        command = [sys.executable, str(script), *map(str, words)]
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, **{**streams, **options})

    return start


@pytest.fixture(scope="session")
def faces(tmp_path_factory):
    """A folder of six people with six photographs each."""
    root = tmp_path_factory.mktemp("faces")
    rng = np.random.default_rng(0)
    for person in range(6):
        (root / f"p{person}").mkdir()
        for photo in range(6):
            pixels = rng.integers(0, 256, (SIZE, SIZE)).astype(np.uint8)
            (root / f"p{person}" / f"{photo}.pgm").write_bytes(f"P5 {SIZE} {SIZE} 255\n".encode() + pixels.tobytes())
    return root


@pytest.fixture
def recipe(faces, tmp_path):
    """Writes a recipe; `recipe(lines, …)` adds lines, or replaces the line of the same key."""

    def recipe(*lines):
        written = {
            "data": f"data: {{source: {{name: folder, path: {faces}}}, train_identities: 4}}",
            "backbone": "backbone: {name: small_cnn, embedding_size: 8, widths: [4]}",
            "loss": "loss: arcface",
            "epochs": "epochs: 1",
            "batch": "batch: 12",
            "evaluation": "evaluation: {folds: 3}",
            "tracking": f"tracking: {{directory: {tmp_path / 'runs'}}}",
            "output": f"output: {tmp_path / 'out'}",
        }
        written.update((line.partition(":")[0], line) for line in lines)
        path = tmp_path / "recipe.yaml"
        path.write_text("\n".join(written.values()) + "\n")
        return path

    return recipe


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path / "runs")


@pytest.fixture
def folder(disk):
    for key, name, accuracy in (("aaaaaaaa", "arcface", 0.9), ("bbbbbbbb", "cosface", 0.95)):
        directory = disk.run(
            assign("tfface/run_id", f"{key[:4]}{name}"),
            assign("tfface/name", name),
            assign("tfface/status", "failed"),
            assign("tfface/reason", "too hot"),
            assign("model/loss/type", name),
            assign("evaluation/orl/accuracy", accuracy, "Float"),
            floats(LOSS, [3.0, 2.0, 1.5], [1, 2, 3]),
            {"type": "UploadFile", "path": ["figures", "roc"], "file_path": None, "tmp_file_name": "f.png"},
            {"type": "UploadFile", "path": ["code"], "file_path": "/src/train.py", "tmp_file_name": None},
            {"type": "LogStrings", "path": ["log"], "values": [{"value": "hello", "step": 1, "ts": 1.0}]},
            key=key,
        )
        (directory / "upload_path").mkdir()
        (directory / "upload_path" / "f.png").write_bytes(b"png")
    return disk.folder


def running(disk, values):
    """A run of this process that goes on."""
    operations = [assign("tfface/name", "live"), assign("tfface/status", "running"), floats(LOSS, values)]
    lines = [json.dumps({"obj": o, "version": i, "at": time.time()}) for i, o in enumerate(operations, 1)]
    return disk.run(pid=os.getpid(), parts={"data-1.log": "\n".join(lines) + "\n"}, put=3)
