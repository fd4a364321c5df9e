"""Runs handed on to MLflow, as often as wanted: what is there already is not written twice."""

from .export import Exported, export_mlflow
from .store import local_store

__all__ = ["Exported", "export_mlflow", "local_store"]
