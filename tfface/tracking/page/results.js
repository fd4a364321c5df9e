// Final results, one table a set: how good is what came out.
const KNOWN = [
  { pattern: /^accuracy$/, label: "Accuracy", best: "high", percent: true },
  { pattern: /^auc$/i, label: "AUC", best: "high" },
  { pattern: /^eer$/i, label: "EER", best: "low", percent: true },
  { pattern: /^tar.*far\D*(.+)$/i, label: (match) => `TAR@FAR=${power(match[1])}`, best: "high", percent: true },
  { pattern: /^rank[_-]?(\d+)/i, label: (match) => `Rank-${match[1]}`, best: "high", percent: true },
];

function power(text) {
  const value = Number(text);
  if (!(value > 0)) return text;
  const exponent = Math.round(Math.log10(value));
  return Math.abs(value - 10 ** exponent) < 1e-9 * value ? `1e${exponent}` : String(value);
}

// Said of a result, but no measure of it; the seconds have a column of their own.
const COUNTS = ["genuine", "impostors", "seconds"];

const lossName = (run) =>
  run.settings["model/loss/registry_name"] ?? run.settings["model/loss/type"] ?? run.settings["recipe/loss/name"] ?? run.settings["recipe/loss"];

function resultsSection() {
  const sets = [...new Set(state.runs.flatMap((run) => Object.keys(run.results)))].sort();
  byId("results").append(...sets.map((set, i) => {
    const rows = state.runs.filter((run) => run.results[set]);
    const id = `results-title-${i}`;
    const table = sortedTable(`Results on ${set}`, resultColumns(set, rows), rows);
    return el("section", { class: "card", "aria-labelledby": id }, heading(id, "Results", set), table);
  }));
}

function resultColumns(set, rows) {
  const metrics = [...new Set(rows.flatMap((run) => Object.keys(run.results[set])))];
  const columns = metrics
    .filter((metric) => !metric.endsWith("_std") && !COUNTS.includes(metric))
    .filter((metric) => rows.some((run) => isNumber(run.results[set][metric])))
    .map((metric) => resultColumn(set, metric, rows))
    .sort((a, b) => a.rank - b.rank);
  const seconds = (run) => run.results[set].seconds ?? run.duration;
  return [
    runColumn,
    ...(rows.some(lossName) ? [{ label: "Loss", value: lossName }] : []),
    ...columns,
    { label: "Seconds", number: true, value: seconds, cell: (run) => seconds(run).toFixed(1) },
    idColumn,
  ];
}

function resultColumn(set, metric, rows) {
  const rank = KNOWN.findIndex(({ pattern }) => pattern.test(metric));
  const known = KNOWN[rank] ?? { label: metric.replaceAll("_", " ") };
  const label = typeof known.label === "function" ? known.label(metric.match(known.pattern)) : known.label;
  const value = (run) => run.results[set][metric];
  const spread = (run) => run.results[set][`${metric}_std`];
  const format = (number) => (known.percent ? formatPercent(number) : formatNumber(number));
  const bounds = rows.filter((run) => isNumber(spread(run))).flatMap((run) => [value(run) - spread(run), value(run) + spread(run)]);
  const cell = (run) => [
    isNumber(spread(run)) ? interval(run, value(run), spread(run), Math.min(...bounds), Math.max(...bounds)) : null,
    el("span", { class: "value" }, isNumber(value(run)) ? format(value(run)) : String(value(run))),
    isNumber(spread(run)) ? el("span", { class: "spread" }, "  ± " + format(spread(run)).replace(" %", "")) : null,
  ];
  return { label, value, cell, number: true, best: known.best, rank: rank < 0 ? KNOWN.length : rank };
}

// mean ± standard deviation on a scale that all rows share
function interval(run, mean, spread, low, high) {
  const percent = (value) => `${(100 * (value - low)) / (high - low || 1)}%`;
  const bar = el("i");
  const dot = el("b");
  bar.style.left = percent(mean - spread);
  bar.style.width = percent(low + 2 * spread);
  dot.style.left = percent(mean);
  dot.style.background = run.color;
  return el("span", { class: "interval", "aria-hidden": "true" }, bar, dot);
}
