"""A run's files as artifacts of MLflow."""

import os
import posixpath
import tempfile
from pathlib import Path

from ..records import RunRecord
from .content import Content


def write_files(client, run_id: str, run: RunRecord, content: Content) -> None:
    """Hands on the files, and the texts that MLflow has no other place for; not those it has in the same size."""
    files = {_name(content.names[path], file): file for path, file in run.files.items()}
    there = {}
    for folder in {posixpath.dirname(name) for name in (*files, *content.texts)}:
        there.update((found.path, found.file_size) for found in client.list_artifacts(run_id, folder or None))
    for name, text in content.texts.items():
        if there.get(name) != len(text.encode()):
            client.log_text(run_id, text, name)
    with tempfile.TemporaryDirectory() as folder:
        for name, file in files.items():
            if there.get(name) != os.path.getsize(file):
                link = Path(folder, posixpath.basename(name))  # an artifact has the name of its file
                link.symlink_to(file)
                client.log_artifact(run_id, str(link), posixpath.dirname(name) or None)
                link.unlink()


def _name(name: str, file: str) -> str:
    extension = os.path.splitext(file)[1]
    return name if name.endswith(extension) else name + extension
