"""A training step of ArcFace in each head engine: time against the matmuls it cannot avoid, and memory.

    python benchmarks/heads.py [--classes 10000 100000] [--engines dense chunked ...] [--rounds 9]
        [--optimizers gradients none momentum] [--batch 256] [--dimension 512] [--xla] [--json results.json]

A step has given embeddings, and updates the class weights with SGD, with momentum or without (`none`), or ends with the
gradients. It is compared with two
other ways: the dense one-hot way of other TensorFlow code, and pytorch-metric-learning where that is installed. Each
runs in a process of its own, its floor in the same process and the same rounds; memory is measured in one more process,
on the GPU if there is one. The floor is the matmuls of that size (for `partial` of the sampled size, for `chunked`
four).
"""

import argparse
import importlib.util
import json
import platform
import subprocess
import sys
from pathlib import Path

import head_steps
import timing

MB = 1e6


def main():
    arguments = _arguments()
    if arguments.child:
        print(json.dumps(CHILDREN[arguments.child](arguments)))
        return
    rows = []
    names = ("C", "engine", "optimizer", "floor ms", "step ms", "× floor", "quartiles", "peak MB", "above MB", "÷ B×C")
    print("| " + " | ".join(names) + " |\n" + "|---" * len(names) + "|")
    for classes in arguments.classes:
        for optimizer in arguments.optimizers:
            for engine in arguments.engines:
                if engine == "pytorch-metric-learning" and importlib.util.find_spec("pytorch_metric_learning") is None:
                    continue
                row = {"classes": classes, "engine": engine, "optimizer": optimizer}
                row |= _child("time", row, arguments) | _child("memory", row, arguments)
                rows.append(row)
                print("| " + " | ".join(_cells(row, arguments)) + " |", flush=True)
    if arguments.json:
        about = {"machine": platform.platform(), **vars(arguments)}
        Path(arguments.json).write_text(json.dumps({"about": about, "rows": rows}, indent=1))


def _cells(row, arguments):
    cells = [f"{row['classes']:,}", row["engine"], row["optimizer"]]
    if "ratio" in row:
        cells += [f"{1e3 * row['floor']:.1f}", f"{1e3 * row['step']:.1f}", f"{row['ratio']:.2f}"]
        cells += ["{:.2f}–{:.2f}".format(*row["quartiles"])]
    else:
        cells += [row["time failed"], "", "", ""]
    if "peak" not in row:
        return [*cells, row["memory failed"], "", ""]
    above = row["above"] / (4 * arguments.batch * row["classes"])
    return [*cells, f"{row['peak'] / MB:.0f}", f"{row['above'] / MB:.0f}", f"{above:.2f}"]


def _child(kind, row, arguments):
    """What a process of its own finds out; why it found nothing, if it failed (a lack of memory)."""
    command = [sys.executable, __file__, "--child", kind, "--classes", row["classes"], "--engines", row["engine"]]
    command += ["--optimizers", row["optimizer"], "--batch", arguments.batch, "--dimension", arguments.dimension]
    command += ["--rounds", arguments.rounds, *(["--xla"] if arguments.xla else [])]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode:
        return {f"{kind} failed": (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1][:80]}
    return json.loads(done.stdout.splitlines()[-1])


def _only(arguments):
    (engine,), (classes,), (optimizer,) = arguments.engines, arguments.classes, arguments.optimizers
    return engine, arguments.batch, arguments.dimension, classes, optimizer, arguments.xla


def _time(arguments):
    engine, batch, dimension, classes, *_ = own = _only(arguments)
    _, share, matmuls = head_steps.ENGINES[engine]
    floor = head_steps.floor(matmuls, batch, dimension, round(share * classes))
    measured = timing.compare({"floor": floor, "step": head_steps.step(*own)}, arguments.rounds)
    step = measured["step"]
    return {
        "floor": measured["floor"].median,
        "step": step.median,
        "fastest": step.fastest,
        "ratio": step.ratio,
        "quartiles": step.spread,
    }


def _memory(arguments):
    import memory

    engine, _, dimension, classes, optimizer, _ = own = _only(arguments)
    peak = memory.Peak()
    step = head_steps.step(*own)
    step()
    peak.restart()
    losses = [step() for _ in range(3)]
    most = peak.read()
    table = 4 * classes * dimension
    # weights, slots, and the gradient of what a step looks at
    known = table * (1 + (optimizer == "momentum") + head_steps.ENGINES[engine][1])
    return {"peak": most, "above": most - peak.before - known, "losses": losses}


CHILDREN = {"time": _time, "memory": _memory}


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classes", type=int, nargs="+", default=[10_000, 100_000])
    engines = [*head_steps.ENGINES]
    parser.add_argument("--engines", nargs="+", default=engines, choices=engines, metavar="ENGINE")
    parser.add_argument("--optimizers", nargs="+", default=["momentum"], choices=["gradients", "none", "momentum"])
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--xla", action="store_true", help="compile the steps with XLA")
    parser.add_argument("--json", help="where to write all figures")
    parser.add_argument("--child", choices=[*CHILDREN], help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
