// Text only ever becomes text nodes: what a set or a model is called is never HTML.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat().filter((child) => child !== null));
  return node;
}

const byId = (id) => document.getElementById(id);
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const percent = (value) => `${(100 * value).toFixed(2)} %`;

async function unpack(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

function figures(rows) {
  const head = ["figure", "value", "95 % interval"].map((name, i) => el("th", { scope: "col", class: i ? "number" : "" }, name));
  const body = rows.map(([figure, value, low, high]) => el("tr", {},
    el("th", { scope: "row" }, figure),
    el("td", { class: "number value" }, percent(value)),
    el("td", { class: "number" }, low === null ? "" : `${(100 * low).toFixed(2)} – ${percent(high)}`)));
  return el("table", {}, el("thead", {}, el("tr", {}, head)), el("tbody", {}, body));
}

const axis = ({ title, log, names }, values) => ({
  gridcolor: color("--grid"), linecolor: color("--line"), zeroline: false, automargin: true,
  title: { text: title, standoff: 6 }, type: log ? "log" : names ? "category" : "linear", exponentformat: "e",
  // 1, 2, 5 are no ticks of a log axis that spans decades
  ...(log && Math.max(...values) > 10 * Math.min(...values) ? { dtick: Math.ceil(Math.log10(Math.max(...values) / Math.min(...values)) / 5) } : {}),
});

// Plotly reads its texts as a small HTML dialect
const plotText = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").slice(0, 40);
const shade = (line, place) => (line.dotted ? "--quiet" : place ? "--second" : "--first");

function legend(chart) {
  if (chart.lines.length < 2) return null;
  return el("span", { class: "legend" }, chart.lines.map((line, i) => el("span", { class: shade(line, i).slice(2) }, line.name)));
}

function draw(plot, chart) {
  const lines = chart.lines.map((line, i) => ({
    x: chart.x.names ? line.x.map(plotText) : line.x, y: line.y, type: line.bars ? "bar" : "scatter", marker: { color: color(shade(line, i)) }, mode: line.dots ? "lines+markers" : "lines", fill: line.filled ? "tozeroy" : "none",
    line: { color: color(shade(line, i)), width: 2, dash: line.dotted ? "dot" : "solid" },
    hovertemplate: "%{y:.4~g} at %{x:.3~g}<extra></extra>",
  }));
  const all = (side) => chart.lines.flatMap((line) => line[side]);
  Plotly.react(plot, lines, {
    autosize: true, margin: { l: 8, r: 10, t: 8, b: 8 }, hovermode: "closest",
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: color("--quiet") },
    hoverlabel: { bgcolor: color("--card"), bordercolor: color("--line"), font: { color: color("--ink") } },
    showlegend: false, // Plotly's sets styles that the page's policy forbids
    xaxis: axis(chart.x, all("x")), yaxis: { ...axis(chart.y, all("y")), rangemode: "tozero" },
  }, { responsive: true, displayModeBar: false });
}

function section(protocol, drawings) {
  const panels = protocol.charts.map((chart) => {
    const plot = el("div", { class: "plot", "aria-hidden": "true" });
    drawings.push(() => draw(plot, chart));
    const said = `${chart.title} of ${protocol.name}: ${chart.y.title} by ${chart.x.title}`;
    return el("figure", {}, el("figcaption", {}, chart.title, legend(chart)), el("div", { role: "img", "aria-label": said }, plot));
  });
  const parts = Object.entries(protocol.fingerprint).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value || "not known")]);
  return el("section", { class: "card" },
    el("h2", {}, protocol.name), el("p", { class: "quiet" }, protocol.said),
    el("div", { class: "body" }, el("div", {}, figures(protocol.rows),
      el("details", {}, el("summary", {}, "What was measured on what"), el("dl", {}, parts))),
    el("div", { class: "charts" }, panels)));
}

function leftOut(data) {
  const lines = data.skipped.map((line) => el("li", {}, line));
  return el("section", { class: "card" },
    el("h2", { class: "warn" }, `${data.left_out} images were left out`),
    el("details", {}, el("summary", {}, data.left_out > lines.length ? `The first ${lines.length}` : "Which"), el("ul", {}, lines)));
}

function pictures(found) {
  return Object.entries(found).map(([title, png]) => el("section", { class: "card" },
    el("h2", {}, title), el("p", { class: "quiet" }, "The first image of each pair above the second, hardest first."),
    el("img", { src: `data:image/png;base64,${png}`, alt: title })));
}

async function main() {
  const unpacked = unpack("library");
  const data = JSON.parse(await unpack("data"));
  const drawings = [];
  byId("main").append(...(data.left_out ? [leftOut(data)] : []), ...data.protocols.map((protocol) => section(protocol, drawings)), ...pictures(data.pictures));
  // the library comes last: the tables are there while it is unpacked
  const library = document.createElement("script");
  library.textContent = await unpacked;
  document.head.append(library);
  const drawAll = () => drawings.forEach((one) => one());
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  requestAnimationFrame(() => setTimeout(() => { document.documentElement.dataset.ready = "true"; }));
}

main().catch((error) => {
  byId("main").prepend(el("p", { class: "card", role: "alert" }, `This page could not be shown: ${error.message}. It needs a browser from 2023 or later.`));
});
