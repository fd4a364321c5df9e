"""The MLflow that runs are handed to."""

import logging
import os
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from ..._extras import missing

# MLflow's own are on, and minutes
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "GIT_PYTHON_REFRESH": "quiet",
}


def settings() -> dict[str, str]:
    """The environment for MLflow: no telemetry, and limits of seconds, unless the user has set other ones."""
    return {**_SETTINGS, **os.environ}


def local_store(folder: str | os.PathLike) -> str:
    """The URI of a store in a folder: a database, with the files beside it."""
    return f"sqlite:///{Path(folder).expanduser().absolute() / 'mlflow.db'}"


def check_installed() -> None:
    """Raises the ImportError that says how to install MLflow, without the seconds that importing it takes."""
    found = find_spec("mlflow")
    if found is None or found.origin is None:  # a folder of this name, as `tfface ui` makes, counts as found
        raise ImportError(missing("mlflow", extra="mlflow"))


def connect(uri: str):
    """A client of the MLflow at a URI, or of a store in a folder.

    Raises:
        ImportError: MLflow is not installed.
        ValueError: the folder cannot be written to.
    """
    check_installed()
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    import mlflow

    logging.getLogger("mlflow").setLevel(logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    uri = uri if "://" in uri else local_store(uri)
    if database := _database(uri):
        database.parent.mkdir(parents=True, exist_ok=True)
    with one_line(uri):
        return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def experiment_id(client, uri: str, name: str) -> str:
    """The id of an experiment, which is made if need be; that of a local store keeps its files beside the database."""
    uri = uri if "://" in uri else local_store(uri)
    with one_line(uri):
        found = client.get_experiment_by_name(name)
        if found is None:
            database = _database(uri)
            place = (database.absolute().parent / "artifacts").as_uri() if database else None
            return client.create_experiment(name, artifact_location=place)
    if found.lifecycle_stage == "deleted":
        raise ValueError(f"experiment: {name!r} was deleted from {uri}; restore it there, or name another one")
    return found.experiment_id


@contextmanager
def one_line(uri: str):
    """Errors of MLflow, of its database and of the network between, as a ValueError of one line."""
    try:
        yield
    except OSError as error:
        raise ValueError(f"uri: {uri}: {error}") from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("mlflow", "sqlalchemy", "requests", "alembic"):
            raise
        said = str(error).strip().splitlines()[0][:300]
        said = "no MLflow answers there" if "Max retries exceeded" in said else said
        raise ValueError(f"uri: {uri}: {said}") from error


def _database(uri: str) -> Path | None:
    return Path(uri.removeprefix("sqlite:///")) if uri.startswith("sqlite:///") else None
