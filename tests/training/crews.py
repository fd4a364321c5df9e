"""A training of two workers who are killed, told to end, or stopped: run as a program by test_faults_workers.py.

One worker trains undisturbed, and one finishes what the two have begun, so that the number of workers changes, too.
`python crews.py FOLDER FAULTS` prints a line of JSON for each time that both have ended.
"""

import json
import os
import signal
import socket
import sys
import time
from pathlib import Path

from tensorflow import keras
from victims import Training, ended, faces, wait_for

BOTH = (0, 1)
FAULTS = (
    (signal.SIGKILL, [1]),
    (signal.SIGTERM, [1]),
    (signal.SIGKILL, [0, 1]),
    (signal.SIGKILL, [0]),
    (signal.SIGTERM, [0, 1]),
    (signal.SIGSTOP, [1]),
    (signal.SIGSTOP, [0]),
)


# Nothing that differs between one worker and two (each draws its own dropout), or that blows up how sums are rounded.
RECIPE = {
    "backbone": {"name": "crews:flat", "embedding_size": 8},
    "head": {"name": "cosine", "engine": "sharded"},  # no worker has all of it, and all have to save it
    "loss": "adaface",
    "optimizer": {"name": "sgd", "learning_rate": 0.001, "momentum": 0.9},
    "epochs": 3,
}


def flat(input_shape):
    """A backbone without batch normalisation."""
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten()])


class Crew:
    """Two workers on this machine, the first of which is the chief."""

    def __init__(self, training):
        self.training = training

    def start(self):
        workers = [f"127.0.0.1:{port}" for port in free_ports(len(BOTH))]
        configs = ({"cluster": {"worker": workers}, "task": {"type": "worker", "index": rank}} for rank in BOTH)
        return [self.training.start(TF_CONFIG=json.dumps(config)) for config in configs]

    def meet(self, how, ranks):
        """Sends a signal to some of the workers, after the next checkpoint."""
        before = self.training.files()
        pids = self.start()
        self.training.wait_for_another(before, pids[0])
        for rank in ranks:
            os.kill(pids[rank], how)
        stopped = [pids[rank] for rank in ranks if how == signal.SIGSTOP]
        self.tell(f"{how.name} to {ranks}", pids, stopped)

    def tell(self, kind, pids, stopped=()):
        started, codes, seconds = time.monotonic(), {}, {}

        def over():
            for pid in set(pids) - codes.keys():
                done, status = os.waitpid(pid, os.WNOHANG)
                if done:
                    codes[pid], seconds[pid] = os.waitstatus_to_exitcode(status), time.monotonic() - started
            if stopped and len(codes) + len(stopped) == len(pids):
                os.kill(stopped.pop(), signal.SIGKILL)  # nobody waits for it any more
            return len(codes) == len(pids)

        wait_for(over)
        ends = {"codes": [codes[pid] for pid in pids], "seconds": [round(seconds[pid], 2) for pid in pids]}
        self.training.tell(kind, **ends, position=self.training.position)


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def main(folder, faults):
    faces(folder)
    whole, faulty = (Training(folder, name, **RECIPE) for name in ("whole", "faulty"))
    whole.tell("whole", code=ended(whole.start()))
    for how, ranks in FAULTS[:faults]:
        Crew(faulty).meet(how, ranks)
    faulty.tell("resumed", code=ended(faulty.start()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
