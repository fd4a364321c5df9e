"""A cluster on one machine: what the environment of each worker says."""

import json
import os
import shutil
import socket
import subprocess
from contextlib import ExitStack

from .cluster import tf_config


def environments(workers: int) -> list[dict[str, str]]:
    """For each worker its place in the cluster, its own GPUs and its share of the cores.

    Raises:
        ValueError: there are GPUs, but fewer than workers.
    """
    visible = gpus()
    if visible and len(visible) < workers:
        raise ValueError(f"workers: expected at most {len(visible)}, the GPUs of this machine, got {workers}")
    each = len(visible) // workers
    threads = os.environ.get("TF_NUM_INTRAOP_THREADS") or str(max(1, (os.cpu_count() or 1) // workers))
    addresses = [f"127.0.0.1:{port}" for port in _free_ports(workers)]
    return [
        {
            "TF_CONFIG": json.dumps(tf_config(addresses, index)),
            "TF_NUM_INTRAOP_THREADS": threads,
            **({"CUDA_VISIBLE_DEVICES": ",".join(visible[index * each : (index + 1) * each])} if visible else {}),
        }
        for index in range(workers)
    ]


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:  # all are open at once, so that they differ
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for opened in sockets:
            opened.bind(("127.0.0.1", 0))
        return [opened.getsockname()[1] for opened in sockets]


def gpus() -> list[str]:
    """The GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is None and shutil.which("nvidia-smi"):
        query = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"]
        asked = subprocess.run(query, capture_output=True, text=True, check=False)
        visible = ",".join(asked.stdout.split()) if asked.returncode == 0 else None
    return [gpu.strip() for gpu in (visible or "").split(",") if gpu.strip() not in ("", "-1")]
