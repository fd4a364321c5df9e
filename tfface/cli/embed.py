HELP = "write the embeddings of a set of faces to a folder, going on where it was ended"


def add_arguments(parser) -> None:
    parser.add_argument("model", help="model.keras: a FaceModel, or a Keras model that gives embeddings")
    parser.add_argument("faces", help="a folder with a folder for each person, a .rec file, or a .bin verification set")
    parser.add_argument("-o", "--output", required=True, metavar="folder", help="shards of .npy files, and their keys")
    parser.add_argument(
        "--flip",
        choices=("sum", "concatenate", "none"),
        default="none",
        help="what to do with mirror images (default: %(default)s)",
    )
    parser.add_argument("--shard", type=int, default=16384, metavar="N", help="images in a file (default: %(default)s)")
    parser.add_argument(
        "--skip-missing", action="store_true", help="leave out images that cannot be read, and count them"
    )


def run(arguments) -> None:
    from .. import serving
    from .quiet import load_tensorflow
    from .steps import steps

    faces = serving.faces_at(arguments.faces)
    load_tensorflow()
    embedder = serving.Embedder(arguments.model, arguments.flip)
    on_error = "skip" if arguments.skip_missing else "stop"
    with steps("embedding", len(faces)) as progress:
        about = serving.embed_to(arguments.output, embedder, faces, on_error, arguments.shard, progress)
    print(f"{arguments.output}: {about['images']} embeddings, skipped {about['skipped']} images")
