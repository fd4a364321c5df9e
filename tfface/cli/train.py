from .settings import add_settings

HELP = "train what a recipe describes"


def add_arguments(parser) -> None:
    parser.add_argument("recipe", help="a YAML file")
    parser.add_argument("--resume", action="store_true", help="continue a training that was interrupted")
    parser.add_argument(
        "--strategy",
        metavar="name",
        help="where to train: none (one device), mirrored (the devices of this machine), multiworker (the processes of "
        "TF_CONFIG or Slurm), auto (what there is, the default)",
    )
    add_settings(parser, "recipe", "loss.margin=0.4")


def run(arguments) -> None:
    from ..training import load_recipe
    from .quiet import load_tensorflow

    strategy = [f"strategy={arguments.strategy}"] if arguments.strategy else []
    recipe = load_recipe(arguments.recipe, arguments.settings + strategy)
    load_tensorflow()
    from ..distribute import is_chief
    from ..training import progress_bar, summary, train

    with progress_bar() as progress:
        result = train(recipe, resume=arguments.resume, progress=progress)
    if is_chief():
        print(summary(result))
