"""A server that is lost while a model trains: the training goes on, and what was logged is on the disk."""

import base64
import json
import logging

import numpy as np
import pytest
from tensorflow import keras

from tfface.callbacks import NeptuneCallback
from tfface.tracking import init_run, read_runs


@pytest.fixture
def server(monkeypatch):
    """A server in the client's own process, until it is `lost`."""
    from neptune.common.exceptions import NeptuneConnectionLostException
    from neptune.internal.backends.neptune_backend_mock import NeptuneBackendMock
    from neptune.internal.operation_processors.async_operation_processor import AsyncOperationProcessor

    class Server(NeptuneBackendMock):
        lost, received = False, 0

        def execute_operations(self, container_id, container_type, operations, operation_storage):
            if self.lost:
                raise NeptuneConnectionLostException(ConnectionError("gone"))
            self.received += len(operations)
            return super().execute_operations(container_id, container_type, operations, operation_storage)

    made = Server()
    monkeypatch.setattr("neptune.metadata_containers.metadata_container.get_backend", lambda **_: made)
    address = {"api_address": "http://127.0.0.1:9", "api_key": "x"}
    monkeypatch.setenv("NEPTUNE_API_TOKEN", base64.b64encode(json.dumps(address).encode()).decode())
    # how long the client tries again at the end
    monkeypatch.setattr(AsyncOperationProcessor, "STOP_QUEUE_MAX_TIME_NO_CONNECTION_SECONDS", 0.5)
    monkeypatch.setattr(AsyncOperationProcessor, "STOP_QUEUE_STATUS_UPDATE_FREQ_SECONDS", 0.2)
    return made


def test_a_server_that_is_lost_while_a_model_trains(server, tmp_path, caplog):
    class Lose(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                run.wait()  # all is there so far
                server.lost = True

    images = keras.Input((4,))
    model = keras.Model(images, keras.layers.Dense(2)(images))
    model.compile("sgd", loss="mse")
    x = np.ones((16, 4), "float32")
    run = init_run("lost", project="team/faces", directory=tmp_path)
    tracker = NeptuneCallback(run, batch_every=1)
    with caplog.at_level(logging.WARNING):
        history = model.fit(x, x[:, :2], 4, epochs=4, verbose=0, callbacks=[tracker, Lose()]).history
        run.stop()
    assert server.received and len(history["loss"]) == 4
    (record,) = read_runs(tmp_path)
    assert record.status == "finished" and record.lost_operations == 0
    assert list(record.series["train/epoch/loss"].steps) == [1, 2, 3, 4]
    assert list(record.series["train/batch/loss"].steps) == list(range(1, 17))
    said = [entry.getMessage() for entry in caplog.records]
    assert len(said) == 2 and "connection interruptions" in said[0] and "saved on disk" in said[1]
