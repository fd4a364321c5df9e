HELP = "write a model for TensorFlow Serving, phones (TensorFlow Lite) or ONNX runtimes"


def add_arguments(parser) -> None:
    parser.add_argument("model", help="model.keras, as tfface train writes it")
    parser.add_argument("--to", required=True, metavar="format", help="savedmodel, tflite or onnx")
    parser.add_argument("--quantize", metavar="type", help="for tflite: float16 (half the size) or int8 (a quarter)")
    parser.add_argument("--output", metavar="path", help="of the export (default: beside the model)")
    parser.add_argument("--images", metavar="folder", help="photographs to compare both on; int8 needs them")
    parser.add_argument("--normalize", action="store_true", help="give embeddings of length 1")


def run(arguments) -> None:
    from rich.console import Console

    from .quiet import muted

    with muted() as stderr, Console(file=stderr).status("loading TensorFlow") as status:
        from .. import serving

        exported = serving.export(
            arguments.model,
            arguments.to,
            output=arguments.output,
            quantize=arguments.quantize,
            images=arguments.images,
            normalize=arguments.normalize,
            progress=status.update,
        )
    print(f"export   {exported.path} ({exported.megabytes:.1f} MB)")
    print(f"card     {exported.card}")
    print(f"same     {exported.agreement}")
    print(f"on       {exported.compared_on}")
