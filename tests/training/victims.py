"""Trainings that are killed, told to end, and find the disk full: run as a program by test_faults.py.

Each is a fork of this program that runs the command `tfface train`, since importing TensorFlow takes longer than all
the rest. `python victims.py FOLDER SEED KILLS` prints a line of JSON for each end of a process.
"""

import json
import os
import random
import resource
import shutil
import signal
import sys
import time
import traceback
from pathlib import Path

import neptune  # noqa: F401
import numpy as np
import yaml
from small_disk import SmallDisk

import tfface.cli
import tfface.training.fit
from tfface.tracking import read_runs
from tfface.training import checkpoint

PATIENCE = 150  # seconds, for what must not take for ever


class Training:
    """A training by a recipe, with all that could be remembered wrongly.

    There are dropout, augmentation, sampled classes, losses with state, slots, a schedule, and P × K batches.
    """

    def __init__(self, folder, name, output=None, **changes):
        self.output, self.runs = output or folder / name, folder / "runs"
        self.written, self.heard = folder / f"{name}.yaml", folder / f"{name}.err"
        recipe = {
            "data": {"source": {"name": "folder", "path": str(folder / "faces")}},
            "backbone": {"name": "small_cnn", "embedding_size": 8, "widths": [4], "dropout": 0.3},
            "head": {"name": "cosine", "engine": "partial", "sample_rate": 0.9},
            "optimizer": {"name": "adam", "learning_rate": 0.01},
            "augment": {"shift": 0.1},
            "loss": ["adaface", {"name": "center", "weight": 0.01}],
            "batch": {"identities_per_batch": 3, "images_per_identity": 2},
            "schedule": {"name": "cosine", "warmup_epochs": 1},
            "epochs": 5,
            "monitors": {"nonfinite": False},
            "checkpoint": {"every_steps": 2},
            "tracking": {"directory": str(self.runs)},
            "output": str(self.output),
            **changes,
        }
        self.written.write_text(yaml.safe_dump(recipe))

    def start(self, **environment):
        """Starts it, or goes on with it, with the one command that a cluster repeats; the process's id."""
        resume = ["--resume"] if (self.output / "recipe.yaml").exists() else []
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                os.environ.update(environment)
                heard = os.open(self.heard, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
                os.dup2(heard, 1)
                os.dup2(heard, 2)
                code = tfface.cli.main(["train", str(self.written), *resume])
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        return pid

    def end(self, how, pause, pid=None):
        """Sends it a signal after some seconds; what became of it."""
        pid = pid or self.start()
        time.sleep(pause)
        os.kill(pid, how)
        return {"how": how.name, "after": round(pause, 3), "code": ended(pid), "position": self.position}

    @property
    def position(self):
        """Where it could go on."""
        found = checkpoint.load(self.output)
        return found and str(found.state.position)

    @property
    def run(self):
        """Status and reason of its tracked run."""
        wanted = checkpoint.load(self.output).state.run_id
        return next((run.status, run.reason) for run in read_runs(self.runs) if run.id == wanted)

    @property
    def is_finished(self):
        return (self.output / "model.keras").exists()

    def start_and_save(self):
        """Starts it, and waits for the next checkpoint; the process's id."""
        before = self.files()
        pid = self.start()
        self.wait_for_another(before, pid)
        return pid

    def wait_for_another(self, before, pid):
        """Waits for a checkpoint after these, while a process is there."""

        def another():
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                raise SystemExit(f"it ended by itself: {self.heard.read_text()[-1000:]}")
            return self.files()[-1:] not in ([], before[-1:])

        wait_for(another)

    def files(self):
        """The checkpoints, the last one last."""
        return sorted(
            self.output.glob("checkpoint-*.keras"), key=lambda path: [int(part) for part in path.stem.split("-")[1:]]
        )

    def damage(self):
        """What a disk may do to the last checkpoint; None if none would be left."""
        files = self.files()
        if len(files) < 2:
            return None
        files[-1].write_bytes(files[-1].read_bytes()[:-1000])
        return {"how": "damage", "position": self.position}

    def tell(self, kind, **told):
        lines = self.heard.read_text().splitlines() if self.heard.exists() else []
        print(json.dumps({"kind": kind, "output": str(self.output), "lines": lines, **told}), flush=True)


def ended(pid):
    """The exit code of a process; minus the signal that ended it."""
    seen = {}

    def over():
        seen["pid"], seen["status"] = os.waitpid(pid, os.WNOHANG)
        return seen["pid"]

    wait_for(over)
    return os.waitstatus_to_exitcode(seen["status"])


def wait_for(condition):
    end = time.monotonic() + PATIENCE
    while not condition():
        time.sleep(0.005)
        if time.monotonic() > end:
            raise SystemExit(f"nothing happened within {PATIENCE} s")


def kill(folder, name, chance, whole):
    """Killed three times at random times, at times with a damaged checkpoint, and then left alone."""
    training = Training(folder, name)
    faults = []
    for _ in range(3):
        if not training.is_finished:
            faults.append(training.end(signal.SIGKILL, chance.uniform(0.2, 0.8) * whole))
            faults.append(training.damage() if chance.random() < 0.3 else None)
    code = 0 if training.is_finished else ended(training.start())
    training.tell("killed", code=code, faults=[fault for fault in faults if fault])


def suffer(folder, chance):
    """One training meets everything, on a disk that gets full and has space again, and that is read-only in the end."""
    place = folder / "disk"
    place.mkdir()
    try:
        disk = SmallDisk(place, 2**20)
    except OSError:
        disk = None
    training = Training(folder, "suffering", place / "out")
    pid = training.start_and_save()
    training.tell("killed", **training.end(signal.SIGKILL, chance.uniform(0.0, 0.2), pid))

    pid = training.start_and_save()
    os.kill(pid, signal.SIGTERM)  # from a scheduler, and then from a launcher too
    training.tell("terminated", **training.end(signal.SIGTERM, 0.0, pid), run=training.run)
    training.tell("damaged", damage=training.damage())

    pid = training.start_and_save()
    if disk:
        disk.fill()
    else:  # no file may grow: what a process is told then is nearly what it is told of a full disk
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
    code = ended(pid)
    left = sorted(path.name for path in training.output.iterdir())
    training.tell("full", code=code, tmpfs=disk is not None, left=left, position=training.position)

    if disk:
        disk.empty()
    training.tell("spacious", code=ended(training.start()))
    shutil.copy(training.output / "model.keras", folder / "suffered.keras")  # the disk ends with this process
    if disk:
        disk.protect()
        training = Training(folder, "protected", place / "protected")
        training.tell("protected", code=ended(training.start()))


def faces(folder):
    """Eight people with six random pictures each."""
    rng = np.random.default_rng(0)
    for person in range(8):
        (folder / "faces" / f"p{person}").mkdir(parents=True)
        for photo in range(6):
            pixels = rng.integers(0, 256, (12, 12)).astype(np.uint8)
            (folder / "faces" / f"p{person}" / f"{photo}.pgm").write_bytes(b"P5 12 12 255\n" + pixels.tobytes())


def main(folder, seed, kills):
    faces(folder)
    started = time.monotonic()
    training = Training(folder, "whole")
    training.tell("whole", code=ended(training.start()))
    whole = time.monotonic() - started
    chance = random.Random(seed)
    for i in range(kills):
        kill(folder, f"killed{i}", chance, whole)
    pid = os.fork()
    if pid == 0:  # a process of its own, for a disk of its own
        code = 70
        try:
            suffer(folder, chance)
            code = 0
        finally:
            os._exit(code)
    if ended(pid):
        raise SystemExit("the scene with the full disk failed")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
