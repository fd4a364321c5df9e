// The runs, what is chosen in the page, and who wants to know of a change.
const state = { runs: [], shown: [], matching: [], picturesLeftOut: 0, made: 0, refresh: null };
const DEFAULTS = {
  filter: "", sort: "", columns: [], hide: [], reference: "",
  metrics: [], axis: "epoch", smoothing: 0, log: false, group: "", band: "deviation",
  all: false, wide: false, axes: [], x: "", y: "", logx: false, logy: false, set: "", rate: "roc",
};
const view = { ...DEFAULTS };
const listeners = [];

const onChange = (listener) => listeners.push(listener);

function changed() {
  state.matching = state.runs.filter(parseFilter(view.filter).matches);
  state.shown = referenceFirst(state.matching.filter((run) => !view.hide.includes(run.key)));
  paintGroups();
  listeners.forEach((listener) => listener());
}

function choose(choices) {
  Object.assign(view, choices);
  saveView();
  changed();
}

const reference = () => state.runs.find((run) => run.key === view.reference);
const referenceFirst = (runs) => [...runs].sort((a, b) => (b.key === view.reference) - (a.key === view.reference));
const flip = (list, item) => (list.includes(item) ? list.filter((other) => other !== item) : [...list, item]);
const toggleRun = (run) => choose({ hide: flip(view.hide, run.key) });

// eight colours that colour-blind readers can tell apart on a light and on a dark ground, then again with dashes
const COLORS = ["#2f6fd6", "#e08a1e", "#1c9c78", "#d011b0", "#ae5c32", "#4c9ef0", "#25707e", "#c577c5"];
const DASHES = ["solid", "dash", "dot"];
const paints = (i) => ({ color: COLORS[i % COLORS.length], dash: DASHES[Math.floor(i / COLORS.length) % DASHES.length] });
const groupPaints = new Map();

function paintGroups() {
  groupPaints.clear();
  if (view.group) [...groupsOf(state.runs)].forEach(([name], i) => groupPaints.set(name, paints(i)));
}

const paint = (run) => (view.group ? groupPaints.get(groupOf(run)) : run.paint);

async function loadRuns() {
  const data = JSON.parse(new TextDecoder().decode(await unpack("data")));
  const buffer = await unpack("columns");
  const numbers = {
    wide: new Float64Array(buffer, 0, data.wide),
    narrow: new Float32Array(buffer, 8 * data.wide, (buffer.byteLength - 8 * data.wide) / 4),
  };
  const seen = new Set();
  state.runs = data.runs.map((run, i) => {
    const key = seen.has(run.id) ? `${run.id}#${i}` : run.id;
    seen.add(key);
    const own = Object.fromEntries(["values", "rates", "pictures"].map((name) => [name, withoutKin(run[name])]));
    return { ...run, ...own, key, paint: paints(i), curves: withoutKin(unpackedCurves(run.curves, numbers)) };
  });
  Object.assign(state, { picturesLeftOut: data.pictures_left_out, made: data.made, refresh: data.refresh });
}

// a path may be called `constructor`; of an object without a prototype, that is just a key
const withoutKin = (object) => Object.assign(Object.create(null), object);

// a curve's numbers become arrays when they are drawn
function unpackedCurves(curves, numbers) {
  const growing = ([first, count]) => {
    let sum = 0;
    return Array.from(numbers.wide.subarray(first, first + count), (difference) => (sum += difference));
  };
  const lazily = (object, name, make) =>
    Object.defineProperty(object, name, { configurable: true, get: () => Object.defineProperty(object, name, { value: make() })[name] });
  return Object.fromEntries(Object.entries(curves).map(([path, packed]) => {
    const [first, count] = packed.values;
    const curve = { unit: packed.unit, floats: numbers.narrow.subarray(first, first + count), nonfinite: {} };
    lazily(curve, "steps", () => growing(packed.steps));
    lazily(curve, "values", () => Array.from(curve.floats));
    lazily(curve, "times", () => growing(packed.times));
    for (const name of ["steps", "times"]) lazily(curve.nonfinite, name, () => growing(packed.nonfinite[name]));
    return [path, curve];
  }));
}

async function unpack(id) {
  const stream = new Blob([bytesOf(byId(id).textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
