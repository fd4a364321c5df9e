"""FaceModel with ArcFace on real photographs: train on 30 people, verify on 10 whom the model never saw.

    python examples/orl_face_model.py [--epochs 15] [--output FOLDER]

needs `pip install "tfface[demo]"`. Raw pixels are judged too, so that the figure says what was learnt. The model is
saved as one `.keras` file and loaded again.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
from tensorflow import keras

import tfface

SIZE = 56, 46


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=15)
    parser.add_argument("--output", type=Path, default=Path(tempfile.gettempdir()), help="folder for the model")
    arguments = parser.parse_args()
    keras.utils.set_random_seed(0)

    known, unknown = tfface.data.orl().split(30)
    pairs = tfface.data.verification_pairs(unknown.labels, impostors=450)
    faces = tfface.data.standardize(unknown.images(SIZE, channels=1))
    pixels = faces.reshape(len(faces), -1)
    print("raw pixels:", tfface.evaluation.verification(pixels[pairs.first], pixels[pairs.second], pairs.same))

    backbone = tfface.models.backbones.small_cnn((*SIZE, 1), embedding_size=128)
    model = tfface.FaceModel(backbone, tfface.layers.CosineHead(len(known.identities)))
    model.compile(keras.optimizers.Adam(2e-3), loss=tfface.ArcFace(margin=0.3, scale=16.0), metrics=["accuracy"])
    augment = tfface.data.Augment(shift=0.05)
    batches = tfface.data.training_batches(known.images(SIZE, channels=1), known.labels, 60, augment=augment)
    watch = tfface.callbacks.Verification(faces, pairs, name="unseen", every=arguments.epochs)
    model.fit(batches, epochs=arguments.epochs, callbacks=[watch], verbose=2)
    print("ArcFace:   ", watch.result)

    arguments.output.mkdir(parents=True, exist_ok=True)
    path = arguments.output / "orl_arcface.keras"
    model.save(path)
    again = keras.models.load_model(path)
    difference = np.abs(again.embed(faces) - model.embed(faces)).max()
    print(f"saved: {path}; embeddings after loading differ by at most {difference:.1g}")


if __name__ == "__main__":
    main()
