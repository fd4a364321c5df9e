"""Times value and gradient of each loss as a ratio to its floor, and to pytorch-metric-learning where it is installed.

    python benchmarks/losses.py [NAME ...] [--batch 256] [--pair-batch 2048] [--classes 10000] [--rounds 9] [--xla]

The floor is measured in the same process and the same rounds: the matmuls that a step cannot avoid (scores and both
gradients; for losses on pairs the B×B×D products and their gradient). Memory is the peak of a process of its own above
what it held before the first step.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import peers
import steps
import timing
from rich.console import Console
from rich.table import Table

import tfface


def main():
    arguments = _arguments()
    sizes = steps.Sizes(arguments.batch, arguments.pair_batch, arguments.dimension, arguments.classes)
    if arguments.memory_of:
        print(json.dumps(_peak(arguments.memory_of[0], arguments.memory_of[1] == "peer", sizes)))
        return
    table = Table("loss", "floor ms", "step ms", "× floor", "quartiles", "peak MB", "peer ms", "peer / ours", "peer MB")
    for name in arguments.names or tfface.losses.names():
        try:
            row = [name, *_row(name, sizes, arguments)]
        except Exception as error:  # one loss that fails must not lose the others' figures
            row = [name, f"{type(error).__name__}: {error}"[:60]]
        table.add_row(*row)
        print(*row, file=sys.stderr, flush=True)
    Console(width=130).print(table)


def _row(name, sizes, arguments):
    loss = steps.make(name, sizes)
    functions = {"floor": steps.floor(loss, sizes), "ours": steps.step(loss, sizes, arguments.xla)}
    peer, failure = _peer(name, loss.kind, sizes)
    if peer:
        functions["peer"] = peer
    measured = timing.compare(functions, arguments.rounds)
    floor, ours = measured["floor"], measured["ours"]
    row = [f"{floor.median * 1e3:.1f}", f"{ours.median * 1e3:.1f}", f"{ours.ratio:.2f}"]
    row += ["{:.2f}-{:.2f}".format(*ours.spread), f"{_child(name, 'ours', arguments):.0f}"]
    if peer:
        theirs = measured["peer"]
        row += [f"{theirs.median * 1e3:.1f}", f"{theirs.median / ours.median:.1f}"]
        row += [f"{_child(name, 'peer', arguments):.0f}"]
    return [*row, failure]


def _peer(name, kind, sizes):
    """The peer's step, if there is one that runs at this size; else why it does not."""
    peer = peers.step(name, kind, sizes) if peers.available() else None
    try:
        if peer:
            peer()
    except RuntimeError as error:  # some need O(B³) memory
        return None, f"{error}"[-60:]
    return peer, ""


def _child(name, whose, arguments):
    """Peak memory in MB of a step, in a process of its own."""
    own = ["--batch", arguments.batch, "--pair-batch", arguments.pair_batch, "--classes", arguments.classes]
    command = [sys.executable, __file__, "--memory-of", name, whose, *map(str, own)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _peak(name, peer, sizes):
    loss = steps.make(name, sizes)
    run = peers.step(name, loss.kind, sizes) if peer else steps.step(loss, sizes)
    Path("/proc/self/clear_refs").write_text("5")  # Linux forgets the peak so far
    before = _status("VmRSS")
    for _ in range(3):
        run()
    return (_status("VmHWM") - before) / 1024


def _status(field):
    """A size in kB from what Linux says of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="registry names; all without any")
    for option, default in (("batch", 256), ("pair-batch", 2048), ("dimension", 512), ("classes", 10_000)):
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--xla", action="store_true", help="compile our step with XLA")
    parser.add_argument("--memory-of", nargs=2, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
