import json
from pathlib import Path

HELP = "judge a model by the field's protocols: a table, and one self-contained page"


def add_arguments(parser) -> None:
    parser.add_argument("model", help="model.keras: a FaceModel, or a Keras model that gives embeddings")
    sources = parser.add_mutually_exclusive_group(required=True)
    sources.add_argument("--pairs", metavar="file", help="LFW's pairs.txt, or lines of `path path same`; with --images")
    sources.add_argument("--cfp", metavar="folder", help="CFP's archive, unpacked: its frontal-profile pairs")
    sources.add_argument("--bin", metavar="file", help="a verification set of InsightFace: lfw.bin, cfp_fp.bin, …")
    sources.add_argument("--folder", metavar="folder", help="a folder with a folder for each person: all protocols")
    sources.add_argument("--ijb", metavar="folder", help="IJB-B or IJB-C: meta/ and loose_crop/")
    parser.add_argument("--images", metavar="folder", help="of the images that --pairs names")
    parser.add_argument(
        "--far", type=float, nargs="+", metavar="rate", help="false accept rates at which to give the TAR"
    )
    parser.add_argument(
        "--flip",
        choices=("sum", "concatenate", "none"),
        default="sum",
        help="what to do with mirror images (default: %(default)s)",
    )
    parser.add_argument(
        "--groups", metavar="file", help="a CSV, `identity,<attribute>,…` or `image,…`: figures by group, and the gap"
    )
    parser.add_argument(
        "--show-faces",
        type=int,
        default=0,
        metavar="N",
        help="put the N hardest pairs of each kind on the page: personal data",
    )
    parser.add_argument(
        "--skip-missing", action="store_true", help="leave out images that are missing or unreadable, and count them"
    )
    parser.add_argument("-o", "--output", default="evaluation.html", help="the page (default: %(default)s)")
    parser.add_argument("--json", metavar="file", help="also write all figures as JSON")


def run(arguments) -> None:
    from .. import serving
    from .quiet import load_tensorflow
    from .steps import steps
    from .tables import print_table

    if (arguments.images is None) != (arguments.pairs is None):
        raise ValueError("--images: expected the folder of the images that --pairs names, and nothing else")
    on_error = "skip" if arguments.skip_missing else "stop"
    if arguments.ijb and (arguments.groups or arguments.show_faces):
        raise ValueError("--groups, --show-faces: expected pairs of images, and --ijb has templates")
    wanted = _wanted(arguments)
    judge, material, size = _material(arguments, on_error)
    Path(arguments.output).parent.mkdir(parents=True, exist_ok=True)
    load_tensorflow()
    embedder = serving.Embedder(arguments.model, arguments.flip)
    with steps("embedding", size) as progress:
        evaluation = judge(embedder, material, wanted, on_error=on_error, progress=progress)
    for line in evaluation.skipped[:20]:
        print(f"skipped {line}")
    if evaluation.skipped:
        print(f"skipped {len(evaluation.skipped)} images")
    print_table(("protocol", "figure", "value", "95 % interval"), map(_cells, evaluation.rows()))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(evaluation.to_dict(), indent=1), encoding="utf-8")
    print(serving.write_report(evaluation, arguments.output).resolve().as_uri())


def _material(arguments, on_error):
    """What judges, what is judged, and of how many images it is."""
    from .. import data, serving

    if arguments.ijb:
        meta = serving.read_ijb(arguments.ijb)
        return serving.evaluate_ijb, meta, len(meta.files)
    if arguments.folder:
        faces = data.folder(arguments.folder)
        return serving.evaluate_people, faces, len(faces)
    if arguments.cfp:
        faces = data.cfp(arguments.cfp, on_error=on_error)
    elif arguments.pairs:
        faces = data.pairs_file(arguments.pairs, arguments.images, on_error=on_error)
    else:
        faces = data.verification_bin(arguments.bin)
    return serving.evaluate_pairs, faces, len(faces)


def _wanted(arguments):
    from .. import serving

    attributes = serving.Attributes(arguments.groups) if arguments.groups else None
    usual = serving.ijb.WANTED.far if arguments.ijb else serving.Wanted().far
    return serving.Wanted(arguments.far or usual, attributes, arguments.show_faces)


def _cells(row):
    protocol, figure, value, low, high = row
    return protocol, figure, f"{value:.2%}", "" if low is None else f"{low:.2%} – {high:.2%}"
