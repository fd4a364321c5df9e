// Training curves: one panel a metric, one line a run.
const SCOPES = { train: "training", validation: "validation", evaluate: "model.evaluate", verification: "verification" };
const UNITS = { batch: "by batch" };
// what people look for first
const ORDER = [
  /^verification\/.*accuracy$/, /^train\/epoch\/loss$/, /^validation\/.*accuracy$/, /^validation\/epoch\/loss$/,
  /^verification\//, /^validation\//, /^train\/epoch\/(?!learning_rate)/, /^evaluate\//, /^train\/epoch\//, /^train\/batch\//,
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
  const paths = new Set(state.runs.flatMap((run) => Object.keys(run.curves)));
  paths.delete(CLOCK);
  const rank = (path) => { const i = ORDER.findIndex((pattern) => pattern.test(path)); return i < 0 ? ORDER.length : i; };
  return [...paths].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

function lines(path) {
  return visibleRuns().filter((run) => run.curves[path]).flatMap((run) => {
    const curve = run.curves[path];
    const x = positions(run, curve, curve, state.axis);
    const base = { x, mode: x.length === 1 ? "markers" : "lines", name: plotText(run.name), legendgroup: String(run.key) };
    const line = { color: run.color, width: 2, dash: run.dash };
    const shown = state.smoothing ? smooth(curve.values, state.smoothing) : curve.values;
    const drawn = [{ ...base, y: shown, line, marker: { color: run.color, size: 7 }, hovertemplate: "%{y:.4~g}" }];
    if (state.smoothing) drawn.unshift({ ...base, y: curve.values, line: { ...line, width: 1 }, opacity: 0.3, hoverinfo: "skip" });
    const last = shown.at(-1) ?? 1;
    const holes = positions(run, curve, curve.nonfinite, state.axis);
    if (holes.length) {
      drawn.push({
        x: holes, y: holes.map(() => last), mode: "markers", name: base.name,
        opacity: 0.8, marker: { color: run.color, symbol: "x", size: 6 }, hovertemplate: "not finite",
      });
    }
    return drawn;
  });
}

function logAxis(path) {
  const values = visibleRuns().flatMap((run) => run.curves[path]?.values ?? []).filter((value) => value > 0);
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, 0]);
  return { type: "log", ...(high > 10 * low ? { dtick: "D2" } : {}) }; // 1, 2, 5 are no ticks of a narrow range
}

function chartLayout(path) {
  const css = getComputedStyle(document.body);
  const color = (name) => css.getPropertyValue(name).trim();
  const axis = { gridcolor: color("--grid"), linecolor: color("--line"), zeroline: false, automargin: true };
  return {
    autosize: true, showlegend: false, margin: { l: 8, r: 12, t: 8, b: 8 }, hovermode: "x unified",
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: css.fontFamily, size: 12, color: color("--quiet") },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: color("--quiet"), activecolor: color("--accent") },
    hoverlabel: { bgcolor: color("--card"), bordercolor: color("--line"), font: { color: color("--ink") }, namelength: 40 },
    xaxis: { ...axis, title: { text: state.axis === "time" ? timeUnit().name : AXES[state.axis], standoff: 6 }, hoverformat: ".6~g" },
    yaxis: { ...axis, exponentformat: "e", ...(state.log ? logAxis(path) : { type: "linear" }) },
  };
}

function drawPanel(path) {
  const [name, scope] = metricTitle(path);
  const plot = el("div", { class: "plot", role: "img", "aria-label": describe(path, name) });
  const caption = el("figcaption", {}, name, " ", el("span", { class: "scope" }, scope));
  const panel = el("figure", { class: "panel" }, caption, plot);
  const options = { responsive: true, displaylogo: false, modeBarButtons: [["toImage", "resetScale2d"]], displayModeBar: "hover" };
  return { panel, draw: () => Plotly.newPlot(plot, lines(path), chartLayout(path), options) };
}

function describe(path, name) {
  const last = visibleRuns().filter((run) => run.curves[path]?.values.length)
    .map((run) => `${run.name} ${formatNumber(run.curves[path].values.at(-1))}`);
  return `Curves of ${name}. Last values: ${last.join(", ") || "none"}.`;
}

function curvesSection() {
  const paths = allMetrics();
  const section = byId("curves");
  section.hidden = !paths.length;
  if (!paths.length) return;
  state.metrics = paths.slice(0, 2);
  const panels = el("div", { class: "panels" });
  const chips = el("div", { class: "chips", role: "group", "aria-label": "Metrics to show" });
  const runs = el("div", { class: "chips", role: "group", "aria-label": "Runs to show" });
  section.append(heading("curves-title", "Curves"), runs, curveControls(), chips, panels);
  listeners.push(() => {
    keepFocus(runs, state.runs.map((run) =>
      toggle([swatch(run), run.name], !state.hidden.has(run.key), () => toggleRun(run), { class: "chip run", title: shorten(run.name) })));
    keepFocus(chips, paths.map((path) => metricChip(path)));
    const drawn = state.metrics.map(drawPanel);
    panels.replaceChildren(...drawn.map(({ panel }) => panel));
    if (!drawn.length) panels.append(el("p", { class: "empty" }, "Choose a metric above."));
    drawn.forEach(({ draw }) => draw());
  });
}

function metricChip(path) {
  const [name, scope] = metricTitle(path);
  const chosen = state.metrics.includes(path);
  const choose = () => {
    state.metrics = chosen ? state.metrics.filter((other) => other !== path) : [...state.metrics, path];
    changed();
  };
  return toggle(scope ? `${name} · ${scope}` : name, chosen, choose, { class: "chip metric", title: path });
}

// buttons are made anew at each change; the keyboard's place stays
function keepFocus(parent, children) {
  const place = [...parent.children].indexOf(document.activeElement);
  parent.replaceChildren(...children);
  if (place >= 0) parent.children[place]?.focus();
}

function curveControls() {
  const axis = el("fieldset", { class: "segments" });
  listeners.push(() => keepFocus(axis, [el("legend", {}, "x axis"), ...Object.entries(AXES).map(([key, label]) =>
    toggle(label, state.axis === key, () => { state.axis = key; changed(); }))]));
  const amount = el("output", {}, "0");
  const smoothing = el("input", {
    type: "range", min: 0, max: 0.98, step: 0.02, value: 0,
    oninput: (event) => { state.smoothing = Number(event.target.value); amount.textContent = event.target.value; changed(); },
  });
  const log = el("input", { type: "checkbox", onchange: (event) => { state.log = event.target.checked; changed(); } });
  return el("div", { class: "controls" }, axis, el("label", {}, "smoothing", smoothing, amount), el("label", {}, log, "log y axis"));
}
