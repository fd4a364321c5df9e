HELP = "add people's photographs to a gallery"


def add_arguments(parser) -> None:
    parser.add_argument("photos", nargs="+", help="a folder with a folder for each person; with --name, photographs")
    parser.add_argument("--gallery", metavar="folder", required=True, help="made if it is not there")
    parser.add_argument("--model", metavar="file", help="model.keras; needed once, when the gallery is made")
    parser.add_argument("--name", help="who all these photographs show")
    parser.add_argument("--on-error", choices=("stop", "skip"), default="stop", help="what to do at an unreadable file")


def run(arguments) -> None:
    from .. import serving
    from .gallery import print_size
    from .quiet import load_tensorflow
    from .steps import steps

    faces = serving.photographs(arguments.photos, arguments.name)
    load_tensorflow()
    gallery, embedder = serving.open_or_create(arguments.gallery, arguments.model)
    with steps("embedding", len(faces)) as progress:
        skipped = serving.enroll(gallery, embedder, faces, arguments.on_error, progress)
    for line in skipped:
        print(f"skipped {line}")
    people = len(faces.identities)
    whose = f"{people} {'person' if people == 1 else 'people'}"
    print(f"enrolled {len(faces) - len(skipped)} faces of {whose}, skipped {len(skipped)}")
    print_size(gallery)
