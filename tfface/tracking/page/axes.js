// Where a point lies on the x axis: curves are logged by epoch or by optimiser iteration, and shown by
// any; what counts steps of its own is shown by those, or by time.
const AXES = { epoch: "epoch", step: "step", time: "time" };
const CLOCK = "train/epoch/iterations";

function positions(run, curve, points, axis) {
  if (axis === "time") return points.times.map((seconds) => seconds / timeUnit().seconds);
  if (curve.unit === "own" || axis === (curve.unit === "epoch" ? "epoch" : "step")) return points.steps;
  const clock = run.curves[CLOCK];
  if (!clock || !clock.steps.length) return points.steps;
  const [from, to] = curve.unit === "epoch" ? [clock.steps, clock.values] : [clock.values, clock.steps];
  return points.steps.map((step) => interpolate(step, from, to));
}

// between the points around x; before the first, from the origin; after the last, the last
function interpolate(x, from, to) {
  const after = Math.min(firstNotBelow(from, x), from.length - 1);
  const [x0, y0] = after > 0 ? [from[after - 1], to[after - 1]] : [0, 0];
  const width = from[after] - x0;
  return width && x <= from[after] ? y0 + ((x - x0) / width) * (to[after] - y0) : to[after];
}

function firstNotBelow(sorted, x) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function timeUnit() {
  state.timeUnit ??= unitOf(Math.max(0, ...state.runs.flatMap((run) => Object.values(run.curves).map((curve) => curve.times.at(-1) ?? 0))));
  return state.timeUnit;
}

function unitOf(seconds) {
  if (seconds > 7200) return { name: "hours", seconds: 3600 };
  return seconds > 180 ? { name: "minutes", seconds: 60 } : { name: "seconds", seconds: 1 };
}
