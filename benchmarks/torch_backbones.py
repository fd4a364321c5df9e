"""Times training steps of InsightFace's PyTorch networks: the peer's side of `backbones_gpu.py`, without TensorFlow.

    python benchmarks/torch_backbones.py FOLDER [NAME ...] [--batch 128] [--steps 10] [--rounds 3]

FOLDER is a checkout of deepinsight/insightface. Writes a line of JSON for each network and way: name, precision, way
(eager, or `torch.compile`), images/s, peak MB. Half precision is float16 with a gradient scaler, as InsightFace trains;
float32 may use TF32, as TensorFlow does.
"""

import argparse
import json
import math
import statistics
import sys
import time

import torch
from torch.nn import functional

PEERS = {"iresnet18": "r18", "iresnet34": "r34", "iresnet50": "r50", "iresnet100": "r100", "mobilefacenet": "mbf"}
CLASSES, MARGIN, SCALE = 1000, 0.5, 64.0


def main():
    given = _arguments()
    sys.path.insert(0, f"{given.folder}/recognition/arcface_torch")
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    for name in [name for name in given.names if name in PEERS]:
        for half in (False, True):
            for way in ("eager", "compiled"):
                try:
                    figures = _timed(name, half, way, given)
                except Exception as error:  # a compiler that is missing, memory that is not enough
                    figures = "-", f"{type(error).__name__}: {str(error)[:120]}"
                print(json.dumps([name, "float16" if half else "float32", way, *figures]), flush=True)


def _timed(name, half, way, given):
    """Images/s and the peak of memory."""
    from backbones import get_model

    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = get_model(PEERS[name], fp16=half, num_features=512).to(device).train()
    classes = torch.nn.Parameter(torch.randn(CLASSES, 512, device=device) * 0.01)
    optimizer = torch.optim.SGD([*network.parameters(), classes], 0.05, momentum=0.9)
    scaler = torch.amp.GradScaler(device, enabled=half)
    embed = torch.compile(network) if way == "compiled" else network
    images = torch.rand(given.batch, 3, 112, 112) * 2 - 1
    labels = torch.randint(CLASSES, (given.batch,))
    if device == "cuda":
        images, labels = images.pin_memory(), labels.pin_memory()
        torch.cuda.reset_peak_memory_stats()

    def step():
        optimizer.zero_grad()
        one, whose = images.to(device, non_blocking=True), labels.to(device, non_blocking=True)
        loss = _arcface(embed(one).float(), classes, whose)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        return loss

    seconds = []
    for _ in range(1 + given.rounds):  # the first is for compiling
        begun = time.perf_counter()
        for _ in range(given.steps):
            loss = step()
        loss.item()
        seconds.append(time.perf_counter() - begun)
    peak = f"{torch.cuda.max_memory_allocated() / 1e6:,.0f}" if device == "cuda" else "-"
    return f"{given.batch * given.steps / statistics.median(seconds[1:]):,.0f}", peak


def _arcface(embeddings, classes, labels):
    cosines = (functional.normalize(embeddings) @ functional.normalize(classes).T).clamp(-1 + 1e-7, 1 - 1e-7)
    own = cosines.gather(1, labels[:, None])
    with_margin = own * math.cos(MARGIN) - (1 - own * own).sqrt() * math.sin(MARGIN)
    return functional.cross_entropy(SCALE * cosines.scatter(1, labels[:, None], with_margin), labels)


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="a checkout of deepinsight/insightface")
    parser.add_argument("names", nargs="*", default=list(PEERS), metavar="NAME")
    for option, default in (("batch", 128), ("steps", 10), ("rounds", 3)):
        parser.add_argument(f"--{option}", type=int, default=default)
    return parser.parse_args()


if __name__ == "__main__":
    main()
