HELP = "say who of a gallery is on a photograph"


def add_arguments(parser) -> None:
    parser.add_argument("photos", nargs="+", help="photographs of one face each")
    parser.add_argument("--gallery", metavar="folder", required=True)
    parser.add_argument("--model", metavar="file", help="where the gallery's model is now, if it was moved")
    parser.add_argument("--top", type=int, default=3, metavar="k", help="show so many of the nearest people (3)")
    parser.add_argument("--threshold", type=float, metavar="cosine", help="in place of the gallery's own")


def run(arguments) -> None:
    from .. import serving
    from .quiet import load_tensorflow
    from .tables import print_table

    gallery = serving.Gallery(arguments.gallery)
    load_tensorflow()
    vectors = serving.embedder_of(gallery, arguments.model).photographs(arguments.photos)
    found = gallery.search(vectors, arguments.top)
    rows = []
    for photo, person, nearest in zip(arguments.photos, gallery.known(found, arguments.threshold), found, strict=True):
        candidates = ", ".join(f"{match.name} {match.cosine:.3f}" for match in nearest)
        rows.append([photo, person.name if person else "unknown", candidates])
    print_table(["photograph", "who", "nearest (cosine)"], rows)
