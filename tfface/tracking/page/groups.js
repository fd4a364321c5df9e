// Runs that share a setting as one: their mean, and a band around it.
const BANDS = { deviation: "± std", range: "min–max", none: "none" };

const groupOf = (run) => { const field = fields.get(view.group); return field ? field.text(run) : ""; };
const groupsOf = (runs) => new Map([...groupedBy(runs, groupOf)].sort(([a], [b]) => compareValues(asSortable(a), asSortable(b))));
const asSortable = (text) => { const number = asNumber(text.replaceAll(",", "")); return Number.isNaN(number) ? text : number; };

// curves [{x, y}] -> {x, mean, low, high, count}; where a curve has ended, the mean is that of the others
function meanAndBand(curves, band, limit = 300) {
  const x = thinned([...new Set(curves.flatMap((curve) => curve.x))].sort((a, b) => a - b), limit);
  const found = { x: [], mean: [], low: [], high: [] };
  for (const at of x) {
    const values = curves.filter((curve) => curve.x.length && curve.x[0] <= at && at <= curve.x.at(-1)).map((curve) => within(curve, at));
    if (!values.length) continue;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = values.length > 1 ? Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)) : 0;
    found.x.push(at);
    found.mean.push(mean);
    found.low.push(band === "range" ? Math.min(...values) : mean - deviation);
    found.high.push(band === "range" ? Math.max(...values) : mean + deviation);
  }
  return found;
}

function within(curve, at) {
  const i = firstNotBelow(curve.x, at);
  return i === 0 ? curve.y[0] : interpolate(at, [curve.x[i - 1], curve.x[i]], [curve.y[i - 1], curve.y[i]]);
}

const thinned = (sorted, limit) =>
  sorted.length <= limit ? sorted : Array.from({ length: limit }, (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (limit - 1))]);
