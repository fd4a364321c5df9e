"""The comparison page's own sums and words, without a browser: filter, axes, smoothing, groups, address, CSV."""

import json
import shutil
import subprocess
from importlib import resources

import pytest

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on this machine")

FILES = ("format", "state", "url", "filter", "fields", "axes", "smooth", "groups", "curves", "sides", "runs")
RUNS = """
const numbers = (values, steps) => ({
  unit: "epoch", floats: Float32Array.from(values), values, steps: steps ?? values.map((_, i) => i + 1), times: values.map((_, i) => 10 * i),
  nonfinite: { steps: [], times: [] },
});
const run = (id, name, values, curves = {}, more = {}) =>
  ({ id, key: id, name, status: "finished", reason: "", started: 1790000000, duration: 60, tags: [], values, curves, rates: {}, pictures: {}, ...more });
state.runs = [
  run("a1", "arcface low", { "model/loss/type": "ArcFace", "model/loss/margin": 0.3, "recipe/loss/name": "arcface", "evaluation/lfw/accuracy": 0.91, "data/size": 10 },
    { "train/epoch/loss": numbers([4, 2, 1]), "train/epoch/iterations": numbers([10, 20, 30]) }, { tags: ["sweep", "old"] }),
  run("a2", "arcface high", { "model/loss/type": "ArcFace", "model/loss/margin": 0.5, "recipe/loss/name": "arcface", "evaluation/lfw/accuracy": 0.95, "data/size": 10 },
    { "train/epoch/loss": numbers([6, 4, 3, 2]) }, { tags: ["sweep"] }),
  run("t1", "triplet", { "evaluation/lfw/interval/accuracy/low": 0.9, "model/loss/type": "TripletLoss", "evaluation/lfw/accuracy": 0.93, "data/size": 10 }, {}, { status: "failed" }),
];
makeFields();
const found = (filter) => state.runs.filter(parseFilter(filter).matches).map(({ id }) => id).join(" ");
"""  # noqa: E501


@pytest.fixture(scope="module")
def script():
    """Evaluates expressions where the page's files without a document were read."""
    page = resources.files("tfface.tracking") / "page"
    code = "\n".join((page / f"{name}.js").read_text(encoding="utf-8") for name in (*FILES, "export"))

    def evaluate(*expressions):
        program = f"{code}\n{RUNS}\nconsole.log(JSON.stringify([{', '.join(expressions)}]));"
        done = subprocess.run([NODE, "-"], input=program, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return evaluate


FILTERS = {
    "": "a1 a2 t1",
    "arcface": "a1 a2",
    "ARCFACE low": "a1",
    '"arcface high"': "a2",
    "sweep": "a1 a2",
    "evaluation/lfw/accuracy > 0.92": "a2 t1",
    "accuracy>=0.93 accuracy<0.95": "t1",
    "accuracy > 92%": "a2 t1",
    "margin = 0.3": "a1",
    "margin == .30": "a1",
    "margin != 0.3": "a2",  # a run without a margin meets no condition on it
    "loss = ArcFace": "a1 a2",
    "loss != arcface": "t1",
    "loss ~ arc margin > 0.4": "a2",
    "loss !~ arc": "t1",
    "loss < 1.5": "a1",  # a number asks for the curve's last value
    "min(train/epoch/loss) <= 2": "a1 a2",
    "tags = old": "a1",
    "tags contains swe": "a1 a2",
    "tags != old": "a2 t1",
    "status = failed": "t1",
    "Status=failed": "t1",
    "started > 2026-01-01": "a1 a2 t1",
    "started < 2026-01-01": "",
    '"model/loss/type" = "TripletLoss"': "t1",
    "accuracy > abc": "",
    "'model/loss/type' = 'TripletLoss'": "t1",
}


def test_the_filter_finds_what_it_says(script):
    found = script(*(f"found({json.dumps(text)})" for text in FILTERS))
    assert dict(zip(FILTERS, found, strict=True)) == FILTERS


def test_a_key_that_no_run_has_is_named(script):
    assert script('parseFilter("nonsense > 3").unknown', 'found("nonsense > 3")') == [["nonsense"], "a1 a2 t1"]


def test_a_stretch_of_an_axis_takes_the_place_of_the_former_one(script):
    texts = script(
        'withClauses("arcface margin > 0.1 status = failed", "model/loss/margin", [[">=", 0.2], ["<=", 0.4]])',
        'withClauses("model/loss/margin >= 0.2", "model/loss/margin", [])',
        'withClauses("", "a key", [["=", "two words"]])',
        """withClauses("", "name", [["=", 'say "x"']])""",
    )
    assert texts == [
        "arcface status = failed model/loss/margin >= 0.2 model/loss/margin <= 0.4", "", '"a key" = "two words"',
        "name = 'say \"x\"'",
    ]  # fmt: skip


def test_the_address_keeps_what_was_chosen_and_nothing_else(script):
    chosen = {
        "filter": "a&b=#?</script>", "metrics": ["train/epoch/loss", "x,y"], "smoothing": 0.6, "log": True,
        "axis": "time", "hide": ["a1"], "reference": "t1",
    }  # fmt: skip
    text, back, standard = script(
        f"viewText({{...DEFAULTS, ...{json.dumps(chosen)}}})",
        f"viewFrom(viewText({{...DEFAULTS, ...{json.dumps(chosen)}}}))",
        "viewText(DEFAULTS)",
    )
    assert back == chosen and standard == ""
    assert "<" not in text and "smoothing=0.6" in text and "log=yes" in text
    (foreign,) = script('viewFrom("axis=sideways&smoothing=9&log=perhaps&__proto__=1&runs=2&rate=det")')
    assert foreign == {"smoothing": 0.98, "log": False, "rate": "det"}


def test_curves_by_epoch_are_shown_by_step_and_back(script):
    first = 'state.runs[0], state.runs[0].curves["train/epoch/loss"], state.runs[0].curves["train/epoch/loss"]'
    batch = 'state.runs[0], {unit: "iteration"}, {steps: [5, 10, 25, 30, 40], times: []}'
    own = 'state.runs[0], {unit: "own"}, {steps: [5, 9], times: []}'
    assert script(
        f'positions({first}, "epoch")', f'positions({first}, "step")', f'positions({first}, "time")',
        f'positions({batch}, "epoch")', f'positions({own}, "epoch")',
    ) == [[1, 2, 3], [10, 20, 30], [0, 10, 20], [0.5, 1, 2.5, 3, 3], [5, 9]]  # fmt: skip


def test_smoothing_is_a_mean_without_a_pull_to_the_start(script):
    even, constant, uneven, none = script(
        "smooth([1, 2, 3], [0, 1, 1], 0.5)",
        "smooth([1, 5, 6, 100], [3, 3, 3, 3], 0.9)",
        "smooth([0, 1, 10], [0, 0, 1], 0.5)",
        "smooth([1, 2], [4, 8], 0)",
    )
    assert even == pytest.approx([0, 2 / 3, 6 / 7])
    assert constant == pytest.approx([3, 3, 3, 3])
    assert uneven[2] > 0.5 + 0.5**2, "after a long gap, what was before weighs less"
    assert none == [4, 8]


def test_a_group_is_the_mean_of_those_that_are_there(script):
    curves = "[{x: [1, 2, 3], y: [1, 2, 3]}, {x: [1, 3, 4], y: [3, 5, 9]}]"
    deviation, reach, ends = script(
        f'meanAndBand({curves}, "deviation")', f'meanAndBand({curves}, "range")',
        'meanAndBand([{x: [], y: []}, {x: [2], y: [7]}], "deviation")',
    )  # fmt: skip
    assert deviation["x"] == [1, 2, 3, 4]
    assert deviation["mean"] == [2, 3, 4, 9]
    assert deviation["high"] == pytest.approx([2 + 2**0.5, 3 + 2**0.5, 4 + 2**0.5, 9])
    assert (reach["low"], reach["high"]) == ([1, 2, 3, 9], [3, 4, 5, 9])
    assert ends == {"x": [2], "mean": [7], "low": [7], "high": [7]}


def test_long_groups_are_thinned_to_what_a_picture_shows(script):
    many = "[{x: Array.from({length: 5000}, (_, i) => i), y: Array.from({length: 5000}, (_, i) => 2 * i)}]"
    (found,) = script(f'meanAndBand({many}, "none")')
    assert len(found["x"]) == 300 and found["x"][0] == 0 and found["mean"][-1] == 2 * 4999


def test_only_what_differs_and_only_once(script):
    different, everything, telling = script(
        "(state.shown = state.runs, sideFields().map(({ key }) => key))",
        "(view.all = true, sideFields().map(({ key }) => key))",
        "tellingSettings(state.runs).map(({ key }) => key)",
    )
    assert "data/size" not in different and "data/size" in everything
    assert {"evaluation/lfw/accuracy", "model/loss/type", "model/loss/margin", "train/epoch/loss"} <= set(different)
    assert telling == ["model/loss/margin", "model/loss/type", "recipe/loss/name"]


def test_a_change_is_said_in_the_units_of_what_changed(script):
    field = 'fields.get("{}")'.format
    assert script(
        f"changeText({field('evaluation/lfw/accuracy')}, 0.04, 0.91)",
        f"changeText({field('model/loss/margin')}, 0.2, 0.3)",
        f"changeText({field('train/epoch/loss')}, -1, 2)",
        f"changeText({field('train/epoch/loss')}, -1, 0)",
    ) == ["+4.0", "+0.2 (+67 %)", "−1 (−50 %)", "−1"]


def test_a_spreadsheet_takes_no_text_for_a_formula(script):
    assert script('csvText([["run", "x"], ["=HYPERLINK(1)", 1e-7], ["a,\\"b\\"", -2], ["+1", null], ["@x", 0.1]])') == [
        '\ufeffrun,x\r\n\'=HYPERLINK(1),1e-7\r\n"a,""b""",-2\r\n\'+1,\r\n\'@x,0.1\r\n'
    ]


def test_numbers_are_read_at_a_glance(script):
    values = [0, 3, 0.5, 0.98334, 1234567, 1.5e-7, 24_000_000, -0.25]
    durations = ("formatDuration(3600)", "formatDuration(119.7)")
    assert script(*(f"formatNumber({value!r})" for value in values), *durations) == [
        "0", "3", "0.5", "0.9833", "1,234,567", "1.50e-7", "24,000,000", "-0.25", "60 min 0 s", "1 min 59 s",
    ]  # fmt: skip
