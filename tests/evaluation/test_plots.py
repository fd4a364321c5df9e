"""Every result draws itself."""

import io

import numpy as np
import pytest
from PIL import Image

from tfface import evaluation as judge

rng = np.random.default_rng(0)
LABELS = np.repeat(np.arange(8), 5)
EMBEDDINGS = rng.normal(size=(8, 4))[LABELS] + rng.normal(size=(40, 4))
FIRST, SECOND = np.triu_indices(40, 1)
SAME = LABELS[FIRST] == LABELS[SECOND]
AGES = np.where(LABELS < 4, "young", "old")
VERIFIED = judge.verification(EMBEDDINGS[FIRST], EMBEDDINGS[SECOND], SAME)

RESULTS = {
    "verification": lambda: VERIFIED,
    "all pairs": lambda: judge.all_pairs(EMBEDDINGS, LABELS, (0.1,), curve=True),
    "identification": lambda: judge.identification(EMBEDDINGS, LABELS),
    "open set": lambda: judge.open_set(EMBEDDINGS[:20:5], range(4), EMBEDDINGS[1::5], range(8)),
    "distractors": lambda: judge.distractors(EMBEDDINGS[:10], LABELS[:10], EMBEDDINGS[10:], (0.1,)),
    "templates": lambda: judge.template_verification(
        judge.pool_templates(EMBEDDINGS, np.arange(40) // 2), FIRST[SECOND < 20], SECOND[SECOND < 20], SAME[SECOND < 20]
    ),
    "retrieval": lambda: judge.retrieval(EMBEDDINGS, LABELS),
    "clustering": lambda: judge.clustering(EMBEDDINGS, LABELS),
    "groups": lambda: judge.verification_by_group(VERIFIED, AGES[np.stack([FIRST, SECOND], axis=1)]),
    "calibration": lambda: judge.calibration(1 - VERIFIED.pairs.distances / 2, SAME),
    "comparison": lambda: judge.compare_models(VERIFIED, VERIFIED, draws=20),
}  # fmt: skip


@pytest.mark.parametrize("name", RESULTS)
def test_draws_itself_and_reads_well(name):
    result, file = RESULTS[name](), io.BytesIO()
    assert "\n" not in repr(result) and repr(result).startswith(type(result).__name__ + "(")
    assert all(isinstance(value, float) for value in result.figures().values())
    result.plot().savefig(file, format="png", dpi=30)
    assert np.asarray(Image.open(file).convert("L")).std() > 5
