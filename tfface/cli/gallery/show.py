HELP = "show who is enrolled"


def add_arguments(parser) -> None:
    pass


def run(arguments) -> None:
    from collections import Counter

    from ...serving import Gallery
    from ..tables import print_section, print_table

    gallery = Gallery(arguments.gallery)
    threshold = gallery.threshold.describe() if gallery.threshold else "none"
    sizes = [("people", len(gallery.names)), ("faces", len(gallery)), ("embedding size", gallery.embedding_size)]
    model = gallery.model.get("path", "unknown")
    print_section(str(gallery.path), [*sizes, ("model", model), ("threshold", threshold), ("version", gallery.version)])
    counts = Counter(face.name for face in gallery.faces)
    last = {face.name: face.enrolled for face in sorted(gallery.faces, key=lambda face: face.enrolled)}
    print_table(["person", "faces", "last enrolled"], [[name, counts[name], last[name]] for name in gallery.names])
