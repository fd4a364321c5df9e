"""What `tfface --help` and `import tfface` load: read from the modules of a fresh process, without a clock."""

import json
import subprocess
import sys

import pytest
from package import ROOT

HEAVY = {"tensorflow", "keras", "tf_keras", "numpy", "neptune", "pydantic", "PIL", "plotly", "matplotlib", "rich"}


def loaded(code, before="", program="tfface"):
    """The top-level modules that the code loads in a fresh process whose program has this name."""
    script = f"""
import json, sys
sys.argv = [{program!r}]
{before}
known = set(sys.modules)
{code}
print(json.dumps(sorted({{name.partition(".")[0] for name in set(sys.modules) - known}})))
"""
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["train", "--help"], ["compare", "--help"], ["nonsense"]])
def test_help_loads_nothing_heavy(words):
    modules = loaded(f"from tfface.cli import main; main({words!r})")
    assert "tfface" in modules and not HEAVY & modules


def test_the_package_run_as_a_program_is_the_command():
    command = [sys.executable, "-m", "tfface", "nonsense"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (result.returncode, result.stdout) == (2, "")
    # One line, so TensorFlow, which greets, was not loaded.
    assert result.stderr.startswith("tfface: unknown command 'nonsense'") and result.stderr.count("\n") == 1


def test_reading_runs_needs_no_tensorflow():
    modules = loaded("from tfface.tracking import read_runs, compare")
    assert not {"tensorflow", "keras", "neptune"} & modules


def test_reading_a_recipe_needs_no_tensorflow():
    modules = loaded("from tfface.training import load_recipe")
    assert not {"tensorflow", "keras", "neptune"} & modules


def test_importing_tfface_registers_its_classes_and_adds_nothing_to_keras():
    code = "import tfface; keras.utils.get_registered_object('tfface>FaceModel').embed"
    modules = loaded(code, before="from tensorflow import keras; keras.Model", program="train.py")
    assert modules - set(sys.stdlib_module_names) == {"tfface"}
