// Verification from the curves that were logged as data: ROC, DET, and the scores themselves.
const RATES = { roc: "ROC", det: "DET", scores: "scores" };

function ratesSection() {
  const sets = [...new Set(state.runs.flatMap((run) => Object.keys(run.rates)))].sort();
  if (!sets.length) return;
  const section = byId("rates");
  const drawing = chart("verification", "Verification");
  const chosen = () => (sets.includes(view.set) ? view.set : sets[0]);
  const choice = select("set", "set", () => sets.map((set) => [set === sets[0] ? "" : set, set]));
  choice.hidden = sets.length < 2;
  section.append(heading("rates", "ROC and DET", el("p", { class: "quiet" }, sets.length > 1 ? null : named(sets[0], 60))),
    el("div", { class: "controls" }, choice, segments("show", "rate", RATES)), legend(), drawing.panel);
  whenSeen(section, () => drawing.draw(rateDrawing(chosen())));
}

function rateDrawing(set) {
  const runs = state.shown.filter((run) => run.rates[set]?.[view.rate === "scores" ? "scores" : "roc"]);
  const { traces, x, y } = { roc: rocLines, det: detLines, scores: scoreLines }[view.rate](runs, set);
  const missing = state.shown.length - runs.length;
  return {
    traces,
    title: `${RATES[view.rate] === "scores" ? "Scores" : RATES[view.rate]} on ${set}`,
    layout: plotLook(x, y),
    said: `${RATES[view.rate]} of ${runs.map((run) => run.name).join(", ") || "no run"} on ${set}.` + (missing ? ` ${missing} runs have logged no such data.` : ""),
    rows: () => [["run", "run id", x.title.text, y.title.text].map((text) => text.replace(/[\u2068\u2069]/g, "")), ...traces.flatMap((trace) => trace.x.map((at, i) => [...trace.meta, at, trace.y[i]]))],
  };
}

const rateLine = (run, x, y, more) => ({ meta: [run.name, run.id], x, y, mode: "lines", name: plotText(run.name), line: { ...lineOf(run), ...more }, hovertemplate: "%{y:.4~g} at %{x:.3~g}<extra>%{fullData.name}</extra>" });

// on a log axis, from the lowest rate that was seen
const positive = ({ far, tar }) => far.map((at, i) => [at, tar[i]]).filter(([at]) => at > 0);

function rocLines(runs, set) {
  const traces = runs.map((run) => { const points = positive(run.rates[set].roc); return rateLine(run, points.map(([far]) => far), points.map(([, tar]) => tar)); });
  return { traces, x: { ...axisLook("false accept rate", true), dtick: 1 }, y: { ...axisLook("true accept rate"), tickformat: ".0%" } };
}

function detLines(runs, set) {
  const traces = runs.map((run) => {
    const points = positive(run.rates[set].roc).filter(([, tar]) => tar < 1);
    return rateLine(run, points.map(([far]) => far), points.map(([, tar]) => 1 - tar));
  });
  return { traces, x: { ...axisLook("false accept rate", true), dtick: 1 }, y: { ...axisLook("false reject rate", true), dtick: 1 } };
}

function scoreLines(runs, set) {
  const traces = runs.flatMap((run) => ["genuine", "impostor"].map((kind) => {
    const { edges, counts } = run.rates[set].scores[kind];
    const total = counts.reduce((sum, count) => sum + count, 0) || 1;
    const density = counts.map((count, i) => count / total / (edges[i + 1] - edges[i] || 1));
    const trace = rateLine(run, edges.slice(0, -1).map((edge, i) => (edge + edges[i + 1]) / 2), density, { shape: "hvh", dash: kind === "genuine" ? "solid" : "dot" });
    return { ...trace, name: plotText(`${shorten(run.name, 40)}, ${kind}`) };
  }));
  return { traces, x: axisLook("similarity (solid: genuine pairs, dotted: impostors)"), y: { ...axisLook("density"), rangemode: "tozero" } };
}
