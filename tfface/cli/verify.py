HELP = "say whether two photographs show one person"


def add_arguments(parser) -> None:
    parser.add_argument("photos", nargs=2, metavar="photo", help="photographs of one face each")
    parser.add_argument("--gallery", metavar="folder", help="whose model and threshold to use")
    parser.add_argument("--model", metavar="file", help="model.keras; with --gallery, where its model is now")
    parser.add_argument("--threshold", type=float, metavar="cosine", help="in place of the gallery's own")


def run(arguments) -> None:
    from .. import serving
    from .quiet import load_tensorflow

    if arguments.gallery is None and arguments.model is None:
        raise ValueError("expected --gallery, whose model and threshold are used, or --model")
    gallery = arguments.gallery and serving.Gallery(arguments.gallery)
    load_tensorflow()
    embedder = serving.embedder_of(gallery, arguments.model) if gallery else serving.Embedder(arguments.model)
    cosine = serving.cosine(*embedder.photographs(arguments.photos))
    threshold = arguments.threshold
    if threshold is None and gallery and gallery.threshold:
        threshold = gallery.threshold.cosine
    if threshold is None:
        print(f"cosine {cosine:.3f} (no threshold: give one, or choose it by `tfface gallery threshold`)")
    else:
        print(f"{'one person' if cosine > threshold else 'two people'}: cosine {cosine:.3f}, threshold {threshold:.3f}")
