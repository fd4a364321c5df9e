// Any field over any other, a point a run.
function scatterSection() {
  const choices = () => fieldOptions((field) => !["id", "reason", "tags"].includes(field.key) && (field.number || field.key === "name" || field.group !== "run"));
  if (state.runs.length < 2) return;
  const section = byId("scatter");
  const drawing = chart("scatter", "Scatter");
  section.append(heading("scatter", "Scatter", el("p", { class: "quiet" }, "any field over any other")), el("div", { class: "controls" },
    select("x", "x", () => [["", `${standardFields()[0].label} (standard)`], ...choices()]), checkbox("log x", "logx"),
    select("y", "y", () => [["", `${standardFields()[1].label} (standard)`], ...choices()]), checkbox("log y", "logy")), drawing.panel);
  whenSeen(section, () => drawing.draw(scatterDrawing()));
}

function standardFields() {
  const axes = standardAxes();
  const results = standardColumns().filter((field) => ["evaluation", "curves"].includes(field.group));
  return [axes.find((field) => !results.includes(field) && field.number) ?? fields.get("duration"), results[0] ?? fields.get("epochs")];
}

function scatterDrawing() {
  const [x, y] = [view.x, view.y].map((key, i) => fields.get(key) ?? standardFields()[i]);
  const place = (field, run) => (isNumber(field.value(run)) ? field.value(run) : field.text(run));
  const runs = state.shown.filter((run) => !isMissing(x.value(run)) && !isMissing(y.value(run)));
  const labelled = withRoom(runs, x, y);
  const traces = runs.map((run) => ({
    x: [place(x, run)], y: [place(y, run)], mode: labelled.has(run) ? "markers+text" : "markers", name: plotText(run.name), text: [plotText(run.name, 24)], textposition: "top center", cliponaxis: false,
    marker: { color: paint(run).color, size: run.key === view.reference ? 15 : 10, symbol: run.key === view.reference ? "star" : { solid: "circle", dash: "diamond", dot: "square" }[paint(run).dash], line: { width: 1, color: cssColor("--card") } },
    hovertemplate: `%{fullData.name}<br>${plotText(x.label)} ${plotText(x.text(run))}<br>${plotText(y.label)} ${plotText(y.text(run))}<extra></extra>`,
  }));
  const format = (field) => (field.percent ? { tickformat: ".1~%" } : {});
  return {
    traces,
    title: `${y.brief} over ${x.brief}`,
    layout: plotLook({ ...axisLook(x.label, view.logx), ...format(x) }, { ...axisLook(y.label, view.logy), ...format(y) }, { margin: { l: 8, r: 28, t: 22, b: 8 } }),
    said: `Scatter of ${y.label} over ${x.label}, ${runs.length} runs. The table of runs has the values.`,
    rows: () => [["run", "run id", x.key, y.key], ...runs.map((run) => [run.name, run.id, x.value(run), y.value(run)])],
  };
}

// the runs whose names do not cover those of others
function withRoom(runs, x, y) {
  const [across, up] = [x, y].map((field) => scaleOf(field, runs));
  const labelled = new Map();
  for (const run of runs) {
    const place = [across.at(run), up.at(run)];
    const crowded = [...labelled.values()].some(([a, b]) => Math.abs(a - place[0]) < 0.16 && Math.abs(b - place[1]) < 0.11);
    if (!crowded) labelled.set(run, place);
  }
  return labelled;
}
