"""The model card: what a shipped model is, what it was made of, how good it is, and what it is not for."""

from __future__ import annotations

from datetime import date

from ..._version import __version__
from ..embedder import Embedder
from . import origin
from .exported import Exported

_FORMATS = {"savedmodel": "TensorFlow SavedModel", "tflite": "TensorFlow Lite", "onnx": "ONNX"}
_QUANTIZED = {None: "", "float16": ", weights in float16", "int8": ", convolutions in 8-bit integers"}

_PAGE = """\
# {name}

A network that turns a photograph of a face into an embedding: `{network}`, as {format}.

| | |
|---|---|
| made from | {source}, SHA-256 {digest} |
| made on | {day}, with tfface {version} |
| input `pixels` | uint8 (N, {shape}), {colours}, values 0 to 255; they are standardised inside |
| output `embeddings` | float32 (N, {size}), of length: {length} |
| size | {megabytes:.1f} MB |
| parameters | {parameters:,} |

## The same as the original

Against the embeddings of {source}: {agreement}. The images: {images}.

## Training

| | |
|---|---|
| data | {data} |
| data fingerprint | {fingerprint} |
| run | {run} |
| training time | {seconds} |

{recipe}

## Results

{results}

## Intended use

Embeddings of two photographs of faces are compared by their cosine: the more alike, the likelier it is one person.
Faces have to be cut out and aligned as those of the training were. From which cosine on two count as one person is for
whoever uses the model to decide, on photographs like those it will see, for a rate of false matches that is acceptable.

## Limits

- Error rates differ between groups of people (age, sex, skin colour) and kinds of photographs; they were measured as
  told above and in no other way.
- It says nothing about whether a face is real: a photograph of a photograph is a face too.
- Embeddings are personal data, and faces can be linked by them: they need the consent or other legal ground, and the
  care, that photographs of the same people would.
- Embeddings of this file can be compared with those of the original and of its other exports, not of other models.
"""


def card(embedder: Embedder, exported: Exported) -> str:
    """The page, in Markdown; what the model's file and the folder it lies in do not tell is "unknown".

    Args:
        embedder: of the original.
        exported: what it was exported to.
    """
    backbone = getattr(embedder.model, "backbone", embedder.model)
    training = origin.training_of(embedder.path)
    recipe = training.get("recipe", {})
    height, width, channels = embedder.input_shape
    return _PAGE.format(
        name=exported.path.name,
        network=recipe.get("backbone", {}).get("name", backbone.name),
        format=_FORMATS[exported.to] + _QUANTIZED[exported.quantize],
        source=embedder.path.name,
        digest=embedder.describe()["sha256"],
        day=date.today().isoformat(),
        version=__version__,
        shape=f"{height}, {width}, {channels}",
        colours="red, green, blue" if channels == 3 else "grey",
        size=embedder.embedding_size,
        length="1" if exported.normalize else "any",
        megabytes=exported.megabytes,
        parameters=backbone.count_params(),
        agreement=exported.agreement,
        images=exported.compared_on,
        data=recipe.get("data", {}).get("source", {}).get("name", origin.UNKNOWN),
        fingerprint=training.get("data", origin.UNKNOWN),
        run=training.get("run_id", origin.UNKNOWN),
        seconds=f"{training['seconds']:.0f} s" if "seconds" in training else origin.UNKNOWN,
        recipe=origin.recipe(recipe),
        results=origin.results(embedder.path, training),
    )
