"""The example of a page: how the loss is called, on a few numbers."""

import tfface

COMMON = {"label_smoothing", "filter_above", "distance", "normalize", "mining", "seed"}
BACKBONE = "backbone = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])"
SURE = """\
features = keras.Input((8,))
embeddings = tfface.layers.ProbabilisticEmbedding()([keras.layers.Dense(4)(features), features])
backbone = keras.Model(features, embeddings)"""
EMBEDDINGS = "[[1.0, 0.1], [0.9, 0.4], [-0.8, 0.6], [-0.6, 0.9]]"
VIEWS = "[[1.0, 0.1], [-0.2, 0.9], [-0.7, -0.8]], [[0.9, 0.3], [0.1, 1.0], [-0.8, -0.5]]"
BOTH_VIEWS = "[[[1.0, 0.1], [0.9, 0.3]]], [[[0.8, 0.3], [0.7, 0.2]]]"


def example(row, defaults, given=None):
    """Python code.

    Args:
        row: of the registry.
        defaults: of its arguments.
        given: the loss as it is written there, where its defaults do not do.
    """
    made = given or _made(row, defaults)
    loss = eval(made, {"tfface": tfface})
    if row.kind == "two_view":
        return _two_view(loss, made)
    parts = getattr(loss, "losses", [loss])
    if len(parts) == 1 and not loss.needs:
        if row.kind == "embedding":
            return _called(made, f"[0, 0, 1, 1], {EMBEDDINGS}", "labels and embeddings")
        what = "cosines" if loss.inputs == "cosine" else "dot products"
        return _called(made, "[0, 1], [[0.8, 0.1, 0.3], [0.2, 0.6, -0.1]]", f"labels, and {what} of a head")
    backbone = SURE if row.name == "von_mises_fisher" else BACKBONE
    return _model(f"tfface.FaceModel(backbone{_head(parts)})", made, backbone)


def _two_view(loss, made):
    if loss.needs:
        return _model("tfface.TwoViewModel(backbone, tfface.layers.Projector((16, 8)), momentum=0.999)", made)
    return _called(made, *((BOTH_VIEWS, "targets and predictions") if loss.predicts else (VIEWS, "two views")))


def _made(row, defaults):
    """With its first arguments as they are, so that the page shows their names."""
    shown = [f"{name}={value}" for name, value in defaults.items() if name not in COMMON and value != "None"]
    return f"tfface.{row.cls.__name__}({', '.join(shown[:3])})"


def _head(parts):
    scored = [part for part in parts if part.kind == "class"]
    if not scored:
        return ""
    kind = {"cosine": "CosineHead", "dot": "LinearHead"}[scored[0].inputs]
    options = {"l_softmax": ", use_bias=False", "subcenter_arcface": ", sub_centers=3"}.get(scored[0].name, "")
    return f", tfface.layers.{kind}(10{options})"


def _called(made, arguments, what):
    return f"import tfface\n\nloss = {made}\nvalue = float(loss({arguments}))  # {what}"


def _model(model, made, backbone=BACKBONE):
    return "\n".join(
        [
            "import tfface",
            "from tensorflow import keras",
            "",
            "# Instead of yours, which ends in embeddings too.",
            backbone,
            f"model = {model}",
            f'model.compile("adam", loss={made})',
        ]
    )
