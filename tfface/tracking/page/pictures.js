// Pictures that the runs logged, of the same name next to each other.
function picturesSection() {
  const paths = pathsOf("pictures");
  if (!paths.length) return;
  const section = byId("pictures");
  const place = el("div");
  const note = state.picturesLeftOut ? `${state.picturesLeftOut} more did not fit into this page` : null;
  section.append(heading("pictures", "Pictures", el("p", { class: "quiet" }, note)), place);
  whenSeen(section, () => {
    const rows = paths.map((path) => [path, state.shown.filter((run) => run.pictures[path])]).filter(([, runs]) => runs.length);
    place.replaceChildren(...(rows.length ? rows.map(([path, runs]) => pictureRow(path, runs)) : [empty("No run that is shown has pictures.")]));
  });
}

function pictureRow(path, runs) {
  return el("div", { class: "row" }, el("h3", { title: path }, named(path.replace(/^figures\//, "").replaceAll("_", " "), 80)),
    el("div", { class: "strip", role: "group", "aria-label": shorten(path) }, runs.map((run, i) =>
      el("figure", { class: "picture" }, el("button", { type: "button", onclick: () => enlarge(path, runs, i) }, pictureOf(run, path)), captionOf(run)))));
}

function pictureOf(run, path) {
  const { source, width, height } = run.pictures[path];
  return el("img", { src: source, width, height, alt: `${shorten(path, 80)} of ${shorten(run.name, 80)}`, decoding: "async" });
}

const captionOf = (run) => el("figcaption", {}, run.key === view.reference ? "★ " : null, swatch(run), named(run.name, 60));

// one large, the others an arrow key away
function enlarge(path, runs, first) {
  let i = first;
  const place = el("div");
  const show = () => place.replaceChildren(pictureOf(runs[i], path), captionOf(runs[i]));
  const turn = (by) => { i = (i + by + runs.length) % runs.length; show(); };
  const dialog = el("dialog", { "aria-label": shorten(path), onclose: () => dialog.remove(), onkeydown: (event) => turn({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0) },
    place, el("div", { class: "actions" }, button("←", () => turn(-1), { "aria-label": "Previous run" }), button("→", () => turn(1), { "aria-label": "Next run" }), button("Close", () => dialog.close())));
  show();
  document.body.append(dialog);
  dialog.showModal();
}
