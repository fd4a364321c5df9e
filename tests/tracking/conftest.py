"""Runs as the Neptune client leaves them on the disk, made by hand, and an MLflow to bring them to."""

import json
import os
from datetime import datetime, timezone

import pytest

from tfface.tracking import RunRecord, export_mlflow, read_runs

STARTED = 1_790_000_000.0


def assign(path, value, kind="String"):
    return {"type": f"Assign{kind}", "path": path.split("/"), "value": value}


def floats(path, values, steps=None, start=STARTED):
    steps = [None] * len(values) if steps is None else steps
    points = [
        {"value": value, "step": step, "ts": start + i}
        for i, (value, step) in enumerate(zip(values, steps, strict=True))
    ]
    return {"type": "LogFloats", "path": path.split("/"), "values": points}


def lines(operations, first=1):
    return [
        json.dumps({"obj": operation, "version": version, "at": STARTED + version}) + "\n"
        for version, operation in enumerate(operations, first)
    ]


class Disk:
    """Writes run directories below `folder/offline`."""

    def __init__(self, folder):
        self.folder = folder

    def run(self, *operations, pid=2**22 + 1, key="aaaaaaaa", put=None, parts=None):
        """A run; `parts` are file name -> text, instead of one file with all the operations."""
        directory = self.folder / "offline" / f"run__0000-{key}__{pid}__{key}"
        directory.mkdir(parents=True)
        written = lines(operations)
        for name, text in (parts or {"data-1.log": "".join(written)}).items():
            (directory / name).write_text(text)
        (directory / "last_put_version").write_text(str(len(written) if put is None else put))
        (directory / "metadata.json").write_text(
            json.dumps({"containerId": f"0000-{key}", "createdAt": "2026-11-21T10:00:00+00:00"})
        )
        return directory


@pytest.fixture
def disk(tmp_path):
    return Disk(tmp_path / "runs")


@pytest.fixture
def record(tmp_path):
    """Makes a run of curves and files."""

    def make(series=None, files=None, parameters=None, key="a"):
        directory = tmp_path / key
        directory.mkdir(exist_ok=True)
        started = datetime.fromtimestamp(STARTED, timezone.utc)
        return RunRecord(
            key, key, directory, "finished", started=started,
            series=series or {}, files=files or {}, parameters=parameters or {},
        )  # fmt: skip

    return make


@pytest.fixture
def alive():
    """A process id that is alive."""
    return os.getpid()


@pytest.fixture(scope="session")
def store(tmp_path_factory):
    """A store, made once: that takes seconds."""
    pytest.importorskip("mlflow", reason='MLflow needs pip install "tfface[mlflow]"')
    return tmp_path_factory.mktemp("mlflow") / "store"


@pytest.fixture
def inside(store, request):
    """`inside(run)` gives the run as MLflow has it, with the history of all its metrics."""
    import mlflow

    class Inside:
        experiment = request.node.name

        def export(self, folder):
            return export_mlflow(read_runs(folder), str(store), self.experiment)

        def runs(self):
            client = self.client()
            return client.search_runs([client.get_experiment_by_name(self.experiment).experiment_id])

        def client(self):
            return mlflow.MlflowClient(f"sqlite:///{store}/mlflow.db")

        def points(self, run, name):
            history = self.client().get_metric_history(run.info.run_id, name)
            return sorted((metric.step, metric.timestamp, metric.value) for metric in history)

    return Inside()
