"""Runs handed on to MLflow, as often as wanted: what is there already is not written twice."""

from .export import Exported, export_mlflow
from .mirror import MlflowMirror
from .store import check_installed

__all__ = ["Exported", "MlflowMirror", "check_installed", "export_mlflow"]
