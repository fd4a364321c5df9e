// The cells of tables: a field's value of a run.
function valueCell(field, run, best) {
  const value = field.value(run);
  const missing = isMissing(value) || value.length === 0;
  if (missing) return el("td", { class: field.number ? "number" : "" }, el("span", { class: "missing" }, "–"));
  const marked = best !== undefined && value === best;
  const content = el("span", { class: "value", dir: field.number ? null : "auto" }, field.text(run));
  const title = field.number ? intervalText(field, run) || null : shorten(field.text(run));
  return el("td", { class: [field.number ? "number" : "text", marked ? "best" : ""].join(" ").trim(), title },
    field.rank === 0 && rangeOf(field, run) ? whisker(run, value, rangeOf(field, run), field.bounds) : null,
    decorated(field, run, content),
    spreadOf(field, run),
    marked ? el("span", { class: "sr" }, " (best)") : null);
}

function spreadOf(field, run) {
  const spread = field.spread?.(run);
  return isNumber(spread) ? el("span", { class: "spread" }, "± " + (field.percent ? (100 * spread).toFixed(1) : formatNumber(spread))) : null;
}

function decorated(field, run, content) {
  if (field.key === "status") return el("span", { class: `status ${run.status}`, title: run.reason || null }, content);
  return field.key === "id" ? el("span", { class: "id" }, content) : content;
}

function bestValue(field, runs) {
  const values = runs.map((run) => field.value(run)).filter(isNumber);
  if (!field.best || new Set(values).size < 2) return undefined;
  return extent(values)[field.best === "low" ? 0 : 1];
}

// [low, high] of a result: its 95 % interval, or its spread over the folds
function rangeOf(field, run) {
  const value = field.value(run);
  const spread = field.spread?.(run);
  const interval = field.interval?.(run) ?? [];
  if (interval.length && interval.every(isNumber)) return interval;
  return isNumber(spread) && isNumber(value) ? [value - spread, value + spread] : null;
}

function intervalText(field, run) {
  const interval = field.interval?.(run) ?? [];
  if (!interval.length || !interval.every(isNumber)) return "";
  return "95 % interval " + interval.map((end) => (field.percent ? (100 * end).toFixed(1) : formatNumber(end))).join("–") + (field.percent ? " %" : "");
}

// what all ranges of a column are drawn within
const boundsOf = (field, runs) => extent(runs.flatMap((run) => rangeOf(field, run) ?? []));

function whisker(run, mean, [from, to], [low, high]) {
  const percent = (value) => `${(100 * (value - low)) / (high - low || 1)}%`;
  const bar = el("i");
  const dot = el("b");
  bar.style.left = percent(from);
  bar.style.width = percent(low + to - from);
  dot.style.left = percent(mean);
  dot.style.background = paint(run).color;
  return el("span", { class: "interval", "aria-hidden": "true" }, bar, dot);
}
