"""Where things lie in a run: the one description that the callback, the reader and the page share.

| path | what it is |
|---|---|
| `tfface/run_id`, `tfface/name`, `tfface/started` | given by `init_run`; parts of a resumed run share the `run_id` |
| `tfface/status`, `tfface/reason` | `running`, then `finished`, `interrupted`, `failed` or `diverged`, and why |
| `tfface/diverged_at`, `tfface/diverged_metric` | first epoch with a loss that is not finite |
| `tfface/ended` | when the status became a final one |
| `train/epoch/<metric>`, `validation/epoch/<metric>` | series; step = epochs completed (1 after the first) |
| `train/epoch/iterations` | optimiser iterations at the end of each epoch: maps epochs to steps |
| `train/epoch/seconds` | how long each epoch took, with its validation |
| `train/epoch/learning_rate`, `train/epoch/loss_scale` | at the end of the epoch |
| `train/batch/<metric>` | series; step = optimiser iterations; Keras' running means of the epoch |
| `train/batch/learning_rate` | a point each time batches are brought to the disk |
| `validation/batch/<metric>` | series; step = validation batches so far |
| `verification/<set>/<metric>` | series of a face set measured while training (`val_<set>_<metric>` in Keras' logs) |
| `verification/<set>/<metric>_low`, `…_high` | series of its 95 % interval |
| `verification/<set>/steps/<metric>` | series measured every so many training steps; step = training steps |
| `evaluate/<metric>` | series from `model.evaluate`; step = epochs completed by then |
| `…/<metric>_nonfinite` | series of the values Neptune would drop: 0 is NaN, 1 is +∞, -1 is −∞ |
| `summary/best_epoch`, `summary/best/…`, `summary/last/…` | metrics at the best epoch and at the last |
| `evaluation/<set>/<metric>` | final results of the trained model, one value each |
| `evaluation/<set>/interval/<metric>/low`, `…/high` | their 95 % intervals |
| `evaluation/<set>/curves` | file: ROC and score histograms as JSON, see `VerificationResult.curves` |
| `figures/<name>` | pictures (PNG): ROC, angles, embeddings |
| `faces/<name>` | pictures (PNG) of faces, only where they were asked for |
| `checkpoint/path`, `checkpoint/sha256`, `checkpoint/bytes`, `checkpoint/epoch` | the last checkpoint |
| `monitors/<name>/problem`, … | what a monitor found, in words |
| `monitors/<name>/histograms` | file: histograms over the epochs, as JSON |
| `model/…`, `fit/…`, `recipe/…`, `data/…`, `environment/…` | settings: what was trained, how, on what, where |
"""

RUN_ID = "tfface/run_id"
NAME = "tfface/name"
STARTED = "tfface/started"
STATUS = "tfface/status"
REASON = "tfface/reason"
ENDED = "tfface/ended"
DIVERGED_AT = "tfface/diverged_at"
DIVERGED_METRIC = "tfface/diverged_metric"

TRAIN_EPOCH = "train/epoch"
TRAIN_BATCH = "train/batch"
VALIDATION_EPOCH = "validation/epoch"
VALIDATION_BATCH = "validation/batch"
VERIFICATION = "verification"
EVALUATE = "evaluate"
ITERATIONS = "train/epoch/iterations"
SECONDS = "train/epoch/seconds"
LEARNING_RATE = "train/epoch/learning_rate"
LOSS_SCALE = "train/epoch/loss_scale"
NONFINITE = "_nonfinite"

EVALUATION = "evaluation"
MONITORS = "monitors"
FIGURES = "figures"
FACES = "faces"
CHECKPOINT = "checkpoint"
SUMMARY = "summary"
MODEL, FIT, RECIPE, DATA, ENVIRONMENT = "model", "fit", "recipe", "data", "environment"

RUNNING, FINISHED, INTERRUPTED = "running", "finished", "interrupted"
FAILED, DIVERGED, CRASHED = "failed", "diverged", "crashed"
FINAL_STATUSES = (FINISHED, INTERRUPTED, FAILED, DIVERGED)

_OUTCOMES = {EVALUATION, MONITORS, FIGURES, FACES, CHECKPOINT, SUMMARY}
_NOT_SETTINGS = {"tfface", "sys", "monitoring", "source_code", *_OUTCOMES}


def is_setting(path: str) -> bool:
    """Whether a single value says how a run was made (and not what came out, or who logged it)."""
    return path.partition("/")[0] not in _NOT_SETTINGS


def segment(name: str) -> str:
    """A name as one segment of a path (`/` would open a namespace)."""
    return str(name).replace("/", "_").strip() or "unnamed"
