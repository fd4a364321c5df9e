// Training curves: one panel a metric, one line a run or a group.
const SCOPES = { train: "training", validation: "validation", evaluate: "model.evaluate", verification: "verification" };
const UNITS = { batch: "by batch" };
const FEW_BANDS = 6; // more would only cover each other
// what people look for first
const ORDER = [
  /^verification\/.*accuracy$/, /^train\/epoch\/loss$/, /^validation\/.*accuracy$/, /^validation\/epoch\/loss$/,
  /^verification\//, /^validation\//, /^train\/epoch\/(?!learning_rate|seconds)/, /^evaluate\//, /^train\/epoch\//, /^train\/batch\//,
];

function metricTitle(path) {
  const parts = path.split("/");
  const scope = SCOPES[parts[0]];
  if (!scope || parts.length < 2) return [path, ""];
  const rest = parts.slice(1).filter((part) => part !== "epoch" && !(part in UNITS));
  const unit = parts.slice(1, -1).map((part) => UNITS[part]).filter(Boolean);
  const name = (rest.pop() ?? path).replaceAll("_", " ");
  return [name, [scope, ...rest, ...unit].join(" · ")];
}

function allMetrics() {
  const rank = (path) => { const i = ORDER.findIndex((pattern) => pattern.test(path)); return i < 0 ? ORDER.length : i; };
  const known = pathsOf("curves");
  return known.filter((path) => path !== CLOCK && !isBound(path, known)).sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

// the ends of a metric's interval, which are drawn around it
const isBound = (path, known) => /_(low|high)$/.test(path) && known.includes(path.replace(/_(low|high)$/, ""));

function chosenMetrics() {
  const known = allMetrics();
  const chosen = view.metrics.filter((path) => known.includes(path));
  return view.metrics.length ? chosen : known.slice(0, 2);
}

function pointsOf(run, path) {
  const curve = run.curves[path];
  const x = positions(run, curve, curve, view.axis);
  return { x, y: view.smoothing ? smooth(x, curve.values, view.smoothing) : curve.values, raw: curve.values };
}

function lines(path) {
  const runs = [...state.shown].reverse().filter((run) => run.curves[path]); // the reference is drawn over the others
  return view.group ? [...groupsOf(runs)].flatMap(([name, members]) => groupLines(path, name, members)) : runs.flatMap((run) => runLines(run, path));
}

function runLines(run, path) {
  const { x, y, raw } = pointsOf(run, path);
  const base = { x, mode: x.length === 1 ? "markers" : "lines", name: plotText(run.name) };
  const line = lineOf(run);
  const drawn = [{ ...base, y, line, marker: { color: line.color, size: 7 }, hovertemplate: "%{y:.4~g}" }];
  if (state.shown.length <= FEW_BANDS) drawn.unshift(...boundLines(run, path, line.color));
  if (view.smoothing) drawn.unshift({ ...base, y: raw, line: { ...line, width: 1 }, opacity: 0.3, hoverinfo: "skip" });
  const holes = positions(run, run.curves[path], run.curves[path].nonfinite, view.axis);
  if (holes.length) {
    const marker = { color: line.color, symbol: "x", size: 6 };
    drawn.push({ x: holes, y: holes.map(() => y.at(-1) ?? 1), mode: "markers", name: base.name, showlegend: false, opacity: 0.8, marker, hovertemplate: "not finite" });
  }
  return drawn;
}

function boundLines(run, path, color) {
  const [low, high] = ["_low", "_high"].map((end) => run.curves[path + end]);
  if (!low || !high) return [];
  const edge = (curve) => ({ x: positions(run, curve, curve, view.axis), y: curve.values, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false });
  return [edge(low), { ...edge(high), fill: "tonexty", fillcolor: color + "26" }];
}

function groupLines(path, name, members) {
  const { x, mean, low, high } = meanAndBand(members.map((run) => pointsOf(run, path)), view.band);
  const { color, dash } = paint(members[0]);
  const text = plotText(`${settingName(view.group)} ${name} (${members.length})`);
  const edge = { mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false };
  const band = view.band === "none" || members.length < 2 ? [] : [{ ...edge, x, y: low }, { ...edge, x, y: high, fill: "tonexty", fillcolor: color + "30" }];
  return [...band, { x, y: mean, mode: x.length === 1 ? "markers" : "lines", name: text, line: { color, dash, width: 2 }, hovertemplate: "%{y:.4~g}" }];
}

function curveDrawing(path) {
  const [name] = metricTitle(path);
  const traces = lines(path);
  const title = view.axis === "time" ? timeUnit().name : AXES[view.axis];
  const ticks = view.log ? logTicks(state.shown.flatMap((run) => run.curves[path]?.values ?? [])) : {};
  const last = state.shown.filter((run) => run.curves[path]?.values.length).slice(0, 20).map((run) => `${run.name} ${formatNumber(run.curves[path].values.at(-1))}`);
  return {
    traces,
    layout: plotLook({ ...axisLook(title), automargin: false }, { ...axisLook("", view.log), ...ticks, automargin: false }, { margin: { l: 54, r: 12, t: 8, b: 44 }, hovermode: traces.length <= 12 ? "x unified" : "closest" }),
    said: `Curves of ${name}. Last values: ${last.join(", ") || "none"}.`,
    rows: () => curveRows(path, title),
  };
}

function curveRows(path, title) {
  if (!view.group) {
    return [["run", "run id", title, path], ...state.shown.filter((run) => run.curves[path]).flatMap((run) => {
      const { x, y } = pointsOf(run, path);
      return x.map((at, i) => [run.name, run.id, at, y[i]]);
    })];
  }
  return [[view.group, "runs", title, `mean of ${path}`, "low", "high"], ...[...groupsOf(state.shown.filter((run) => run.curves[path]))].flatMap(([name, members]) => {
    const { x, mean, low, high } = meanAndBand(members.map((run) => pointsOf(run, path)), view.band);
    return x.map((at, i) => [name, members.length, at, mean[i], low[i], high[i]]);
  })];
}

function curvesSection() {
  const paths = allMetrics();
  if (!paths.length) return;
  const section = byId("curves");
  const panels = el("div", { class: "panels" });
  section.append(heading("curves", "Curves"), legend(), curveControls(), metricChips(paths), panels);
  const charts = new Map(); // kept while shown, so that a change moves lines instead of making charts anew
  whenSeen(section, () => {
    const metrics = chosenMetrics();
    for (const path of charts.keys()) if (!metrics.includes(path)) charts.delete(path);
    for (const path of metrics) if (!charts.has(path)) charts.set(path, chart(path.replaceAll("/", "-"), ...metricTitle(path)));
    panels.replaceChildren(...(metrics.length ? metrics.map((path) => charts.get(path).panel) : [empty("Choose a metric above.")]));
    metrics.forEach((path) => charts.get(path).draw(curveDrawing(path)));
  });
}

function metricChips(paths) {
  const search = el("input", { type: "search", placeholder: "Find a metric…", "aria-label": "Find a metric", oninput: () => refill() });
  search.hidden = paths.length <= 12;
  const chips = el("div", { class: "chips", role: "group", "aria-label": "Metrics to show" });
  const refill = () => {
    const shown = chosenMetrics();
    keepFocus(chips, paths.filter((path) => shown.includes(path) || normalized(path).includes(normalized(search.value))).map((path) => {
      const [name, scope] = metricTitle(path);
      const pick = () => choose({ metrics: shown.length === 1 && shown[0] === path ? ["none"] : flip(shown, path) });
      return el("button", { type: "button", class: "chip metric", "aria-pressed": String(shown.includes(path)), onclick: pick, title: path }, named(scope ? `${name} · ${scope}` : name, 60));
    }));
  };
  onChange(refill);
  return el("div", { class: "finder" }, search, chips);
}

function curveControls() {
  const amount = el("output");
  const slider = el("input", { type: "range", min: 0, max: 0.98, step: 0.02, oninput: () => choose({ smoothing: Number(slider.value) }) });
  onChange(() => { slider.value = view.smoothing; amount.textContent = view.smoothing; });
  const band = segments("band", "band", BANDS);
  onChange(() => { band.hidden = !view.group; });
  const groupable = (field) => ["model", "fit", "recipe", "data", "environment"].includes(field.group) && differs(field, state.runs);
  const grouping = select("group by", "group", () => [["", "nothing"], ...fieldOptions(groupable), ["status", "Status", "Run"], ["tags", "Tags", "Run"]]);
  return el("div", { class: "controls" }, segments("x axis", "axis", AXES), el("label", {}, "smoothing", slider, amount), checkbox("log y axis", "log"), grouping, band);
}
