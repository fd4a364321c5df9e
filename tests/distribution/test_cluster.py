"""Which cluster a process finds itself in, and the files that start one, run with a `tfface` that only tells."""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

import tfface
from tfface.distribute import cluster, local

FILES = Path(__file__).parents[2] / "examples" / "distributed"
TASK = {
    "SLURM_JOB_ID": "7",
    "SLURM_STEP_NUM_TASKS": "4",
    "SLURM_STEP_NODELIST": "gpu[08-09],m5",
    "SLURM_STEP_TASKS_PER_NODE": "1(x2),2",
    "SLURM_PROCID": "3",
    "SLURM_NODEID": "2",
}
WORKERS = ["gpu08:12448", "gpu09:12448", "m5:12448", "m5:12449"]


def test_slurm_tasks_are_workers():
    environ = dict(TASK)
    assert cluster.join(environ) == 4
    assert json.loads(environ["TF_CONFIG"]) == cluster.tf_config(WORKERS, 3)
    assert cluster.join(environ) == 4  # now from TF_CONFIG


def test_slurm_without_a_step_is_no_cluster():
    environ = {"SLURM_JOB_ID": "7", "SLURM_NTASKS": "4", "SLURM_JOB_NODELIST": "n1"}
    assert cluster.join(environ) == 1 and "TF_CONFIG" not in environ


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"SLURM_NODEID": "1"}, "not numbered node by node; use srun --distribution=block"),
        ({"SLURM_STEP_NODELIST": "m5"}, "1 nodes and tasks on 3 do not go together"),
        ({"SLURM_PROCID": "four"}, "cannot read its variables: .*four"),
        ({"SLURM_STEP_TASKS_PER_NODE": "x2"}, "SLURM_STEP_TASKS_PER_NODE is 'x2'"),
        ({"TF_CONFIG": "nonsense"}, "TF_CONFIG: expected JSON with `cluster` and `task`, got 'nonsense'"),
        ({"TF_CONFIG": '{"cluster": {"ps": ["a:1"]}}'}, "TF_CONFIG: expected chief and workers, got ps"),
        ({"TF_CONFIG": '{"cluster": {"worker": ["a:1", "b:1"]}}'}, "expected the type and index of one of its tasks"),
    ],
)
def test_clusters_that_make_no_sense(changed, message):
    with pytest.raises(ValueError, match=message):
        cluster.join({**TASK, **changed})


def test_strategies_by_name(monkeypatch, mirrored):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert tfface.distribute.strategy("mirrored") is tfface.distribute.strategy("mirrored")
    with mirrored.scope():
        assert tfface.distribute.strategy() is mirrored
    assert tfface.distribute.strategy().num_replicas_in_sync == 1
    with pytest.raises(ValueError, match="'multiworker' expects TF_CONFIG, or the tasks of a Slurm step"):
        tfface.distribute.strategy("multiworker")
    with pytest.raises(ValueError, match="strategy: unknown name 'miror'"):
        tfface.distribute.strategy("miror")
    with pytest.raises(TypeError, match="model: expected a Keras model, got int"):
        tfface.distribute.mend_fit(3)


def test_local_workers_share_gpus_and_cores(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,1, 0,GPU-ab,7")
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 9)
    first, second = local.environments(2)
    assert (first["CUDA_VISIBLE_DEVICES"], second["CUDA_VISIBLE_DEVICES"]) == ("3,1", "0,GPU-ab")
    assert first["TF_NUM_INTRAOP_THREADS"] == "4"
    config = json.loads(second["TF_CONFIG"])
    assert config["task"] == {"type": "worker", "index": 1} and len(set(config["cluster"]["worker"])) == 2
    with pytest.raises(ValueError, match="workers: expected at most 5, the GPUs of this machine, got 6"):
        local.environments(6)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert "CUDA_VISIBLE_DEVICES" not in local.environments(6)[0]


@pytest.fixture
def told(tmp_path):
    """Runs a script with a `tfface` that tells what it was given, and an `srun` that starts one task."""
    for name, script in {
        "tfface": 'echo "$@"; echo "$TF_CONFIG"',
        "srun": 'while [ "$1" != tfface ]; do shift; done; "$@"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{script}\n")
        (tmp_path / name).chmod(0o755)

    def run(*command, **environ):
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(command, env={"PATH": path, **environ}, capture_output=True, text=True, check=True)
        return done.stdout.split("\n", 1)

    return run


def test_the_slurm_file(told, tmp_path):
    words, _ = told("bash", str(FILES / "slurm.sbatch"), "faces.yaml", str(tmp_path / "out"))
    assert words == f"train faces.yaml --strategy multiworker --set output={tmp_path}/out"
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "recipe.yaml").touch()
    assert told("bash", str(FILES / "slurm.sbatch"), "faces.yaml", str(tmp_path / "out"))[0] == f"{words} --resume"


def test_the_kubernetes_file(told):
    service, job = yaml.safe_load_all((FILES / "kubernetes.yaml").read_text())
    pod = job["spec"]["template"]["spec"]
    (worker,) = pod["containers"]
    assert worker["env"] == [{"name": "WORKERS", "value": str(job["spec"]["completions"])}]
    assert service["metadata"]["name"] == pod["subdomain"] and service["spec"]["clusterIP"] == "None"
    assert {mount["name"] for mount in worker["volumeMounts"]} == {volume["name"] for volume in pod["volumes"]}
    words, config = told(*worker["command"], *worker["args"], WORKERS="2", JOB_COMPLETION_INDEX="1")
    assert words == "train /recipe/recipe.yaml --strategy multiworker --set output=/output"
    assert json.loads(config) == cluster.tf_config(["tfface-0.tfface:2222", "tfface-1.tfface:2222"], 1)
    assert cluster.join({"TF_CONFIG": config}) == 2
