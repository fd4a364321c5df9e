import sys

HELP = "train what a recipe describes with several processes of this machine"


def add_arguments(parser) -> None:
    from . import train

    parser.add_argument("--workers", type=int, required=True, metavar="N", help="how many processes")
    train.add_arguments(parser)


def run(arguments) -> None:
    from ..training import load_recipe
    from ..training.launch import launch

    load_recipe(arguments.recipe, arguments.settings)  # what is wrong with it is said once
    words = ["train", arguments.recipe, "--strategy", arguments.strategy or "multiworker"]
    words += ["--resume"] if arguments.resume else []
    words += [word for setting in arguments.settings for word in ("--set", setting)]
    sys.exit(launch(words, arguments.workers))
