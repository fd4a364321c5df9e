// Where a point lies on the x axis: curves are logged by epoch or by optimiser iteration, and shown by any.
const AXES = { epoch: "epoch", iteration: "step", time: "time" };
const CLOCK = "train/epoch/iterations";

function positions(run, curve, points, axis) {
  if (axis === "time") return points.times.map((seconds) => seconds / timeUnit().seconds);
  if (axis === curve.unit) return points.steps;
  const clock = run.curves[CLOCK];
  if (!clock || !clock.steps.length) return points.steps;
  const [from, to] = curve.unit === "epoch" ? [clock.steps, clock.values] : [clock.values, clock.steps];
  return points.steps.map((step) => interpolate(step, from, to));
}

function interpolate(x, from, to) {
  let after = from.findIndex((value) => value >= x);
  if (after < 0) after = from.length - 1;
  const [x0, y0] = after > 0 ? [from[after - 1], to[after - 1]] : [0, 0];
  const width = from[after] - x0;
  return width ? y0 + ((x - x0) / width) * (to[after] - y0) : to[after];
}

function timeUnit() {
  const longest = Math.max(0, ...state.runs.flatMap((run) => Object.values(run.curves).map((curve) => curve.times.at(-1) ?? 0)));
  if (longest > 7200) return { name: "hours", seconds: 3600 };
  return longest > 180 ? { name: "minutes", seconds: 60 } : { name: "seconds", seconds: 1 };
}

// exponential mean without the pull towards the first value
function smooth(values, weight) {
  let mean = 0;
  let total = 0;
  return values.map((value) => {
    mean = weight * mean + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return mean / total;
  });
}
