"""ONNX, a file for onnxruntime and what else reads it."""

from ..._extras import require
from .network import EMBEDDINGS, PIXELS, Network

OPSET = 17  # of 2022, since what runs on phones and in browsers is behind


def write(path, backbone, normalize) -> None:
    """Writes the file: input `pixels`, output `embeddings`, any number of images."""
    onnx, tf2onnx = require("onnx", "onnx"), require("tf2onnx", "onnx")
    serve = Network(backbone, normalize).serve
    model, _ = tf2onnx.convert.from_function(serve, input_signature=serve.input_signature, opset=OPSET)
    for value in (*model.graph.input, *model.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    onnx.checker.check_model(model)
    onnx.save_model(model, str(path))


def read(path):
    """The file as a function of pixels."""
    session = require("onnxruntime", "onnx").InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return lambda pixels: session.run([EMBEDDINGS], {PIXELS: pixels})[0]
