"""TensorFlow Lite, for phones and small devices: in float32, with weights in float16, or mostly in 8-bit integers."""

import os
import warnings

import numpy as np
import tensorflow as tf

from .network import EMBEDDINGS, PIXELS, Network

# What stays in float32 beside convolutions and dense layers in integers. 8 bits for the variance of the brightest image
# leave none for that of a dark one; sums of many layers, and depthwise filters, lose most; PRELU has no quick kernel.
_IN_FLOAT = [
    *("MEAN", "SQUARED_DIFFERENCE", "RSQRT", "SQRT", "ADD", "SUB", "MUL", "DIV"),
    *("DEPTHWISE_CONV_2D", "PRELU", "SOFTMAX", "LOGISTIC", "GELU"),
]


def write(path, backbone, normalize, quantize=None, calibration=None) -> None:
    """Writes the file: input `pixels`, output `embeddings`, any number of images.

    Args:
        path: of the file.
        backbone: of standardised images.
        normalize: whether embeddings have length 1.
        quantize: None, `"float16"` or `"int8"`.
        calibration: photographs (N, H, W, C) whose values the 8 bits of `"int8"` have to span.
    """
    network = Network(backbone, normalize)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([network.serve.get_concrete_function()], network)
    if quantize:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if quantize == "float16":
        converter.target_spec.supported_types = [tf.float16]
    path.write_bytes(_int8(converter, calibration) if quantize == "int8" else converter.convert())


def read(path):
    """The file as a function of pixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the interpreter will move to another package
        interpreter = tf.lite.Interpreter(str(path), num_threads=os.cpu_count())  # as the other runtimes by themselves
    runner = interpreter.get_signature_runner()
    return lambda pixels: np.array(runner(**{PIXELS: pixels})[EMBEDDINGS])  # copied: the next call writes there again


def _int8(converter, photographs):
    def each():
        return ({PIXELS: photograph[None]} for photograph in photographs)

    converter.representative_dataset = each
    lite = tf.lite.experimental  # of the converter's own options none leaves kinds of operations out
    options = lite.QuantizationDebugOptions(denylisted_ops=_IN_FLOAT)
    debugger = lite.QuantizationDebugger(converter=converter, debug_dataset=each, debug_options=options)
    return debugger.get_nondebug_quantized_model()
