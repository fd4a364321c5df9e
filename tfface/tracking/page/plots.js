// What all charts of the library share: colours of the theme, fonts, and one figure with its buttons.
const cssColor = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function axisLook(title, log) {
  return {
    gridcolor: cssColor("--grid"), linecolor: cssColor("--line"), zeroline: false, automargin: true, exponentformat: "e",
    title: { text: plotText(title), standoff: 6 }, type: log ? "log" : undefined,
  };
}

function plotLook(x, y, more = {}) {
  return {
    autosize: true, showlegend: false, margin: { l: 8, r: 12, t: 8, b: 8 }, hovermode: "closest",
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: cssColor("--quiet") },
    hoverlabel: { bgcolor: cssColor("--card"), bordercolor: cssColor("--line"), font: { color: cssColor("--ink") }, namelength: 40 },
    xaxis: { hoverformat: ".6~g", ...x, exponentformat: "none", separatethousands: true }, yaxis: y, ...more,
  };
}

// 1, 2, 5 are no ticks of a narrow range
function logTicks(values) {
  const [low, high] = extent(values.filter((value) => value > 0));
  return high > 10 * low ? { dtick: "D2" } : {};
}

// a chart with its caption and buttons; it draws {traces, layout, said, rows, title}
function chart(file, title, scope = "") {
  const plot = el("div", { class: "plot", "aria-hidden": "true" });
  const picture = el("div", { role: "img" }, plot); // what a screen reader meets
  const what = el("span", { class: "what" }, named(title, 80), " ", el("span", { class: "scope" }, named(scope, 60)));
  let rows = () => [];
  const buttons = el("span", { class: "buttons" }, csvButton(file, title, () => rows()), pngButton(file, title, () => plotPicture(plot, what.textContent)));
  const panel = el("figure", { class: "panel" }, el("figcaption", {}, what, buttons), picture);
  return {
    panel,
    draw(drawn) {
      rows = drawn.rows;
      picture.setAttribute("aria-label", drawn.said);
      if (drawn.title) what.replaceChildren(named(drawn.title, 80));
      Plotly.react(plot, drawn.traces, drawn.layout, { responsive: true, displayModeBar: false });
      byId("js-plotly-tester")?.setAttribute("aria-hidden", "true"); // where the library measures texts
    },
  };
}

const lineOf = (run, width = 2) => ({ ...paint(run), width: run.key === view.reference ? width + 1.5 : width });

// the runs in their colours; a press hides one. Where runs are grouped, the groups in theirs.
function legend() {
  const chips = el("div", { class: "chips", role: "group", "aria-label": "Runs" });
  const refill = () => {
    chips.classList.toggle("grouped", Boolean(view.group));
    if (!view.group) {
      keepFocus(chips, state.matching.map((run) =>
        el("button", { type: "button", class: "chip run", "aria-pressed": String(!view.hide.includes(run.key)), onclick: () => toggleRun(run), title: shorten(run.name) }, swatch(run), named(run.name, 60))));
      return;
    }
    chips.replaceChildren(...[...groupsOf(state.shown)].map(([name, runs]) =>
      el("span", { class: "chip" }, swatch(runs[0]), named(`${settingName(view.group)} ${name}`, 60), el("span", { class: "quiet" }, ` ${runs.length}`))));
  };
  onChange(refill);
  return chips;
}
