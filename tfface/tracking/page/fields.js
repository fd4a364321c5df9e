// Fields: everything that one run has one value of. Columns, axes, groups and the filter all name them by their keys.
const GROUPS = {
  run: "Run", evaluation: "Results", summary: "Summary", model: "Model", fit: "Training", recipe: "Recipe",
  data: "Data", environment: "Environment", checkpoint: "Checkpoint", monitors: "Monitors", curves: "Curves",
};
const MEASURES = [
  { pattern: /(^|[/_])accuracy$/, label: "Accuracy", best: "high", percent: true },
  { pattern: /(^|[/_])auc$/i, label: "AUC", best: "high" },
  { pattern: /(^|[/_])eer$/i, label: "EER", best: "low", percent: true },
  { pattern: /tar\D*far\D*([\d.e+-]+)$/i, label: (match) => `TAR@FAR=${power(match[1])}`, best: "high", percent: true },
  { pattern: /rank[_-]?(\d+)$/i, label: (match) => `Rank-${match[1]}`, best: "high", percent: true },
];
const LOWER = /(^|[/_(])(loss|error|fnir|fnmr)\)?$/;
// said of a result, but no measure of it
const INTERVALS = /^evaluation\/[^/]+\/interval\//;
const COUNTS = /(_std|\/genuine|\/impostors|\/thresholds|\/cmc|\/identities|\/probes)$/;

const fields = new Map();

function makeFields() {
  const made = [];
  const add = (field) => made.push({ text: (run) => plain(field.value(run)), group: "run", brief: field.label, ...field });
  add({ key: "name", label: "Run", value: (run) => run.name });
  add({ key: "status", label: "Status", value: (run) => run.status });
  add({ key: "reason", label: "Reason", value: (run) => run.reason });
  add({ key: "started", label: "Started", value: (run) => run.started, text: (run) => formatMoment(run.started), sought: (run) => new Date(1000 * run.started).toISOString() });
  add({ key: "duration", label: "Duration", number: true, value: (run) => run.duration, text: (run) => formatDuration(run.duration) });
  add({ key: "epochs", label: "Epochs", number: true, value: (run) => run.curves["train/epoch/loss"]?.steps.at(-1) });
  add({ key: "tags", label: "Tags", value: (run) => run.tags, text: (run) => run.tags.join(", ") });
  add({ key: "id", label: "Run id", value: (run) => run.id });
  const sets = new Set(pathsOf("values").filter((path) => path.startsWith("evaluation/")).map((path) => path.split("/")[1]));
  for (const path of pathsOf("values").filter((path) => !INTERVALS.test(path))) add(valueField(path, sets.size > 1));
  for (const path of allMetrics()) {
    const [name, scope] = metricTitle(path);
    const label = scope ? `${name} · ${scope}` : name;
    add(curveField(path, `${label} (last)`, path, (values) => values.at(-1)));
    add(curveField(`min(${path})`, `${label} (lowest)`, path, (values) => extent(values)[0]));
    add(curveField(`max(${path})`, `${label} (highest)`, path, (values) => extent(values)[1]));
  }
  for (const field of made.sort((a, b) => groupRank(a) - groupRank(b))) fields.set(field.key, field);
}

const groupRank = (field) => Object.keys(GROUPS).indexOf(field.group);

const knownPaths = {};
const pathsOf = (part) => (knownPaths[part] ??= [...new Set(state.runs.flatMap((run) => Object.keys(run[part])))].sort(byName));
const byName = new Intl.Collator("en", { numeric: true }).compare;

function valueField(path, manySets) {
  const top = path.split("/")[0];
  const value = (run) => run.values[path];
  const measure = top === "evaluation" || top === "summary" ? measureOf(path) : {};
  const set = manySets && top === "evaluation" ? ` · ${path.split("/")[1]}` : "";
  return {
    key: path, value, ...measure, group: top in GROUPS ? top : "run",
    label: measure.label && top === "evaluation" ? measure.label + set : settingName(path),
    brief: measure.label && top === "evaluation" ? measure.label + set : briefName(path),
    text: (run) => (isNumber(value(run)) && measure.percent ? formatPercent(value(run)) : plain(value(run))),
    spread: (run) => run.values[`${path}_std`],
    interval: (run) => ["low", "high"].map((side) => run.values[`evaluation/${path.split("/")[1]}/interval/${path.split("/").slice(2).join("/")}/${side}`]),
    number: state.runs.some((run) => isNumber(value(run))),
  };
}

function curveField(key, label, path, pick) {
  const known = new Map();
  const value = (run) => {
    if (!known.has(run)) known.set(run, run.curves[path]?.floats.length ? pick(run.curves[path].floats) : undefined);
    return known.get(run);
  };
  const { best, percent } = measureOf(path);
  return { key, label, brief: label.replace(" (last)", ""), value, best, percent, number: true, group: "curves", text: (run) => (isNumber(value(run)) && percent ? formatPercent(value(run)) : plain(value(run))) };
}

function measureOf(path) {
  const rank = MEASURES.findIndex(({ pattern }) => pattern.test(path));
  if (rank < 0) return LOWER.test(path) ? { best: "low" } : {};
  const { pattern, label, best, percent } = MEASURES[rank];
  return { best, percent, rank, label: typeof label === "function" ? label(path.match(pattern)) : label };
}

function power(text) {
  const value = Number(text);
  const exponent = Math.round(Math.log10(value));
  if (!(value > 0)) return text;
  return Math.abs(value - 10 ** exponent) < 1e-9 * value ? `1e${exponent}` : String(value);
}

const plain = (value) => (isMissing(value) ? "–" : isNumber(value) ? formatNumber(value) : shorten(String(value)));

function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

const settingName = (path) => {
  const parts = path.split("/");
  return (parts.length > 1 && parts[0] in GROUPS ? parts.slice(1) : parts).join(" / ").replaceAll("_", " ");
};

// the end of a path that says enough: `learning rate`, and `loss` for `model/loss/type`
const briefName = (path) => {
  const parts = path.split("/").filter((part, i, all) => i < all.length - 1 || !["type", "name", "registry_name"].includes(part));
  const name = parts.at(-1).replaceAll("_", " ");
  return name.charAt(0).toUpperCase() + name.slice(1);
};

// a key in full, a column's name, or the end of a key: `margin` for `model/loss/margin`
function findField(key, value) {
  if (fields.has(key)) return fields.get(key);
  const wanted = normalized(key);
  const found = [...fields.values()]
    .filter((field) => [field.label, field.brief].some((name) => name && normalized(name) === wanted) || normalized(field.key).endsWith("/" + wanted) || normalized(field.key).endsWith(`/${wanted}/type`));
  const number = !Number.isNaN(asNumber(value ?? ""));
  return found.find((field) => Boolean(field.number) === number) ?? found[0];
}

const isUsed = (field) => state.runs.some((run) => !isMissing(field.value(run)) && field.value(run).length !== 0);
const asText = (field, run) => JSON.stringify(field.value(run) ?? null);
const differs = (field, runs) => new Set(runs.map((run) => asText(field, run))).size > 1;
const isNumeric = (field) => Boolean(field.number);

// settings that tell the runs apart; a recipe says again what the model shows: once is enough
function tellingSettings(runs) {
  const asked = runs.filter((run) => Object.keys(run.values).some((path) => path.startsWith("model/")));
  const seen = new Set();
  return ["model", "fit", "data", "recipe"].flatMap((group) => [...fields.values()].filter((field) => field.group === group))
    .filter((field) => asked.length > 1 && differs(field, asked))
    .filter((field) => {
      const row = normalized(asked.map((run) => asText(field, run)).join());
      return !seen.has(row) && seen.add(row);
    });
}
