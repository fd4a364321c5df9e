"""Records what InsightFace's PyTorch networks make of seeded weights: python record_backbones.py FOLDER, with torch.

FOLDER holds a checkout of deepinsight/insightface (its commit: official_sources.py) under the name insightface. Kept
are the names and shapes of the tensors, the number of trained parameters, and the embeddings in float64.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from backbone_tensors import images, tensor
from official_sources import load

REPOSITORY, PACKAGE = "deepinsight/insightface", "recognition.arcface_torch.backbones"
NETWORKS = {
    "iresnet18": ("iresnet.iresnet18", {}),
    "iresnet34": ("iresnet.iresnet34", {}),
    "iresnet50": ("iresnet.iresnet50", {}),
    "iresnet100": ("iresnet.iresnet100", {}),
    "mobilefacenet": ("mobilefacenet.get_mbf", {"fp16": False, "num_features": 512}),
    "mobilefacenet_large": ("mobilefacenet.get_mbf_large", {"fp16": False, "num_features": 512}),
}

if __name__ == "__main__":
    answers, notes = {}, {"torch": version("torch"), "tensors": {}, "parameters": {}}
    given = torch.tensor(images().transpose(0, 3, 1, 2).astype(np.float64))
    for network, (name, arguments) in NETWORKS.items():
        model = load(Path(sys.argv[1]), REPOSITORY, f"{PACKAGE}.{name}")(**arguments).double().eval()
        shapes = {key: list(value.shape) for key, value in model.state_dict().items() if "num_batches" not in key}
        model.load_state_dict({key: torch.tensor(tensor(key, shape)) for key, shape in shapes.items()}, strict=False)
        with torch.no_grad():
            answers[network] = model(given).numpy()
        notes["tensors"][network] = shapes
        notes["parameters"][network] = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
        print(network, np.abs(answers[network]).mean())
    np.savez_compressed(Path(__file__).with_name("backbones.npz"), notes=json.dumps(notes), **answers)
