"""The cluster that this process is part of, as TF_CONFIG says, or Slurm."""

import json
import os
import re
from collections.abc import Mapping, MutableMapping

_FIRST_PORT, _PORTS, _PORTS_OF_A_JOB = 12000, 20000, 64  # below those that systems give to whoever asks


def join(environ: MutableMapping = os.environ) -> int:
    """The number of processes of the cluster, 1 without one; sets TF_CONFIG where Slurm started them.

    Raises:
        ValueError: TF_CONFIG or Slurm's variables make no sense, or TF_CONFIG names tasks that do not train.
    """
    if not environ.get("TF_CONFIG") and int(environ.get("SLURM_STEP_NUM_TASKS", 1)) > 1:
        environ["TF_CONFIG"] = json.dumps(of_slurm(environ))
    return _count(environ.get("TF_CONFIG"))


def tf_config(workers: list[str], index: int) -> dict:
    """What TF_CONFIG says to one of these workers, `host:port`."""
    return {"cluster": {"worker": workers}, "task": {"type": "worker", "index": index}}


def of_slurm(environ: Mapping) -> dict:
    """The TF_CONFIG of a task of a Slurm step, from the variables that `srun` gives it.

    Tasks have ports from `TFFACE_PORT` on, or from one that follows from the number of the job.

    Raises:
        ValueError: a variable is missing, or the tasks are not numbered node by node.
    """
    try:
        rank, node = int(environ["SLURM_PROCID"]), int(environ["SLURM_NODEID"])
        hosts = _hosts(environ["SLURM_STEP_NODELIST"])
        tasks = _tasks(environ["SLURM_STEP_TASKS_PER_NODE"])
        job = int(environ["SLURM_JOB_ID"])
    except KeyError as missing:
        raise ValueError(f"Slurm: {missing.args[0]} is not set; start the training with srun") from None
    except ValueError as error:
        raise ValueError(f"Slurm: cannot read its variables: {error}") from None
    places = [place for place, count in enumerate(tasks) for _ in range(count)]
    if len(hosts) != len(tasks) or rank >= len(places):
        raise ValueError(f"Slurm: {len(hosts)} nodes and tasks on {len(tasks)} do not go together")
    if places[rank] != node:
        raise ValueError("Slurm: tasks are not numbered node by node; use srun --distribution=block")
    first = int(environ.get("TFFACE_PORT", _FIRST_PORT + job * _PORTS_OF_A_JOB % _PORTS))
    addresses = [f"{host}:{first + k}" for host, count in zip(hosts, tasks, strict=True) for k in range(count)]
    return tf_config(addresses, rank)


def _count(text: str | None) -> int:
    if not text:
        return 1
    try:
        config = json.loads(text)
        jobs = {job: list(tasks) for job, tasks in config.get("cluster", {}).items()}
        task = config.get("task", {})
    except (ValueError, AttributeError, TypeError):
        raise ValueError(f"TF_CONFIG: expected JSON with `cluster` and `task`, got {text[:60]!r}") from None
    if unknown := jobs.keys() - {"chief", "worker"}:
        raise ValueError(f"TF_CONFIG: expected chief and workers, got {', '.join(sorted(unknown))}")
    count = sum(map(len, jobs.values()))
    if count > 1 and not 0 <= int(task.get("index", -1)) < len(jobs.get(task.get("type"), ())):
        raise ValueError(f"TF_CONFIG: expected the type and index of one of its tasks, got {task!r}")
    return max(count, 1)


def _hosts(text: str) -> list[str]:
    """`n[1-2],m5` → n1, n2, m5; leading zeros stay."""
    hosts = []
    for part in re.findall(r"[^,\[]+(?:\[[^\]]*\])?", text):
        prefix, _, ranges = part.rstrip("]").partition("[")
        for numbers in ranges.split(","):
            first, _, last = numbers.partition("-")
            span = range(int(first), int(last or first) + 1) if first else ()
            hosts += [f"{prefix}{number:0{len(first)}}" for number in span] or [prefix]
    return hosts


def _tasks(text: str) -> list[int]:
    """`3(x2),1` → 3, 3, 1."""
    found = [re.fullmatch(r"(\d+)(?:\(x(\d+)\))?", part) for part in text.split(",")]
    if not all(found):
        raise ValueError(f"SLURM_STEP_TASKS_PER_NODE is {text!r}")
    return [int(count[1]) for count in found for _ in range(int(count[2] or 1))]
