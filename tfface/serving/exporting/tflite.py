"""TensorFlow Lite, a file for phones and small devices: in float32, with weights in float16, or in 8-bit integers."""

import os
import warnings

import numpy as np
import tensorflow as tf
from tensorflow import keras

from .network import EMBEDDINGS, PIXELS, Network

# What normalises a layer is made of: 8 bits for the variance of the brightest image leave none for that of a dark one.
_IN_FLOAT = ("MEAN", "SQUARED_DIFFERENCE", "RSQRT", "SQRT", "ADD", "SUB", "MUL", "DIV")


def write(path, backbone, normalize, quantize=None, calibration=None) -> None:
    """Writes the file: input `pixels`, output `embeddings`, any number of images.

    Args:
        path: of the file.
        backbone: of standardised images.
        normalize: whether embeddings have length 1.
        quantize: None, `"float16"` or `"int8"`.
        calibration: photographs (N, H, W, C) whose values the 8 bits of `"int8"` have to span.
    """
    if quantize != "int8":
        converter = _converter(Network(backbone, normalize))
        if quantize == "float16":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
            converter.target_spec.supported_types = [tf.float16]
        made = converter.convert()
    elif any(isinstance(layer, keras.layers.LayerNormalization) for layer in _layers(backbone)):
        made = _int8_beside_float(_converter(Network(backbone, normalize)), calibration)
    else:
        made = _int8(_converter(Network(backbone, normalize, "float32")), calibration)
    path.write_bytes(made)


def read(path):
    """The file as a function of pixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the interpreter will move to another package
        interpreter = tf.lite.Interpreter(str(path), num_threads=os.cpu_count())  # as the other runtimes by themselves
    runner = interpreter.get_signature_runner()
    return lambda pixels: np.array(runner(**{PIXELS: pixels})[EMBEDDINGS])  # copied: the next call writes there again


def _converter(network):
    return tf.lite.TFLiteConverter.from_concrete_functions([network.serve.get_concrete_function()], network)


def _int8(converter, photographs):
    """All in integers, from the pixels to the embeddings."""

    def spanning():
        for photograph in photographs.astype(np.float32):
            photograph[0, 0], photograph[-1, -1] = 0, 255  # so that the input's 256 values are those of pixels
            yield {PIXELS: photograph[None]}

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = spanning
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    return converter.convert()


def _int8_beside_float(converter, photographs):
    """Convolutions and dense layers in integers, what normalises in float32."""

    def photos():
        return ({PIXELS: photograph[None]} for photograph in photographs)

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = photos
    options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=list(_IN_FLOAT))
    debugger = tf.lite.experimental.QuantizationDebugger(
        converter=converter, debug_dataset=photos, debug_options=options
    )
    return debugger.get_nondebug_quantized_model()


def _layers(model):
    for layer in model.layers:
        yield layer
        if hasattr(layer, "layers"):
            yield from _layers(layer)
