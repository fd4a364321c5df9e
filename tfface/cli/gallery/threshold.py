HELP = "choose where a match begins, by people who are not enrolled"


def add_arguments(parser) -> None:
    parser.add_argument("--faces", required=True, metavar="folder", help="a folder for each of these people")
    parser.add_argument("--rate", type=float, default=1e-3, help="false matches wanted among pairs of people (0.001)")
    parser.add_argument("--model", metavar="file", help="where the gallery's model is now, if it was moved")


def run(arguments) -> None:
    from ... import serving
    from ..quiet import load_tensorflow
    from ..steps import steps

    gallery, faces = serving.Gallery(arguments.gallery), serving.photographs([arguments.faces])
    load_tensorflow()
    embedder = serving.embedder_of(gallery, arguments.model)
    with steps("embedding", len(faces)) as progress:
        threshold = serving.calibrate(gallery, embedder, faces, arguments.rate, progress)
    print(threshold.describe())
