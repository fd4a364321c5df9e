from pathlib import Path

HELP = "turn PyTorch weights of InsightFace into a Keras model"


def add_arguments(parser) -> None:
    parser.add_argument("weights", help="a .pth or .safetensors file: the state dict of an IResNet or a MobileFaceNet")
    parser.add_argument("--backbone", required=True, help="the network it belongs to, such as iresnet50")
    parser.add_argument("--to", required=True, metavar="MODEL", help="the file to write, .keras")


def run(arguments) -> None:
    from .quiet import load_tensorflow

    to = Path(arguments.to)
    if to.suffix != ".keras":
        raise ValueError(f"--to: expected a name that ends in .keras, got {arguments.to!r}")
    load_tensorflow()
    from .. import models

    model = models.from_pytorch(arguments.weights, arguments.backbone)
    to.parent.mkdir(parents=True, exist_ok=True)
    model.save(to)
    print(f"{to}: {model.name}, {models.parameters(model):,} parameters, embeddings of size {model.output_shape[-1]}")
