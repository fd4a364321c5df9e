"""The chunked engine: some classes after the others, so that the matrix of all scores never exists."""

import tensorflow as tf

from ... import functional as F
from ...functional.labels import IGNORED
from .engine import Engine, Supervision

# Matmuls of this width run at full speed, and what is kept of a chunk is small beside the class weights. A GPU would
# spend its time between the many small kernels of so many chunks.
CHUNK, GPU_CHUNK = 2048, 32_768


class ChunkedEngine(Engine):
    """Evaluates the exact loss of all classes chunk by chunk, and its gradients by scoring each chunk once more.

    The metrics see two scores a sample: that of its own class, as class 0, and the best of the others.
    """

    def supervise(self, head, embeddings, labels, loss, state, training, taken):
        sizes = F.Sizes(int(embeddings.shape[-1]), head.num_classes, head.num_classes)
        own_state = {spec.name: tf.convert_to_tensor(state[spec.name]) for spec in loss.state(sizes)}
        judge = F.ChunkedLoss(loss.criterion, head.scoring, labels, _chunk(), training)
        losses, new_state, scores = judge(embeddings, head.class_weights(), own_state)
        return Supervision(losses, new_state, scores, tf.where(labels == IGNORED, IGNORED, 0))


def _chunk():
    return GPU_CHUNK if tf.config.list_logical_devices("GPU") else CHUNK
