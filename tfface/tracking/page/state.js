// The runs, what is chosen, and who wants to know of a change.
const state = { runs: [], hidden: new Set(), metrics: [], axis: "epoch", smoothing: 0, log: false };
const listeners = [];

const changed = () => listeners.forEach((listener) => listener());
const visibleRuns = () => state.runs.filter((run) => !state.hidden.has(run.key));

// ten colours that colour-blind readers can tell apart on a light and on a dark ground, then again with dashes
const COLORS = ["#3b7ddd", "#e07b39", "#2a9d6f", "#c8529b", "#b8931a", "#7b61d1", "#3fa7c4", "#d1495b", "#7f8a99", "#8c6d46"];
const DASHES = ["solid", "dash", "dot"];

function loadRuns(data) {
  state.runs = data.runs.map((run, i) => ({
    ...run,
    key: i,
    color: COLORS[i % COLORS.length],
    dash: DASHES[Math.floor(i / COLORS.length) % DASHES.length],
  }));
}

function toggleRun(run) {
  if (!state.hidden.delete(run.key)) state.hidden.add(run.key);
  changed();
}

async function unpack(id) {
  const bytes = Uint8Array.from(atob(byId(id).textContent.trim()), (char) => char.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
