// Parallel coordinates: an axis a field, a line a run; a stretch dragged along an axis becomes part of the filter.
const HEIGHT = 340;
const TOP = 46;
const BOTTOM = 300;
const MISSING = 326; // where runs pass that have no value

function parallelSection() {
  const section = byId("parallel");
  if (state.runs.length < 2 || standardAxes().length < 2) return;
  const place = el("div");
  const menu = fieldMenu("Axes", chosenAxes, (field) => choose({ axes: flip(chosenAxes().map(({ key }) => key), field.key) }),
    () => [...fields.values()].filter((field) => !["id", "name", "reason"].includes(field.key) && differs(field, state.runs)));
  const save = csvButton("parallel", "parallel coordinates", () => [["Run", ...chosenAxes().map((field) => field.key)], ...state.shown.map((run) => [run.name, ...chosenAxes().map((field) => field.value(run))])]);
  const picture = pngButton("parallel", "parallel coordinates", () => drawingPicture(place.querySelector("svg")));
  section.append(heading("parallel", "Parallel coordinates", el("p", { class: "quiet" }, "drag along an axis to filter, click on it to let go"),
    el("div", { class: "actions" }, menu, save, picture)), place);
  const draw = () => {
    const axes = chosenAxes();
    place.replaceChildren(axes.length < 2 ? empty("Choose two axes or more.") : scrolled("Parallel coordinates", parallelDrawing(axes, place.clientWidth)));
  };
  const again = whenSeen(section, draw);
  addEventListener("resize", again);
}

function chosenAxes() {
  const chosen = view.axes.map((key) => fields.get(key)).filter(Boolean);
  return view.axes.length ? chosen : standardAxes();
}

function standardAxes() {
  const several = (field) => new Set(state.runs.filter((run) => !isMissing(field.value(run))).map((run) => asText(field, run))).size > 1;
  const useful = (field) => several(field) && !NOISE.test(field.key) && !COUNTS.test(field.key);
  const results = standardColumns().filter((field) => ["evaluation", "curves"].includes(field.group) && useful(field)).slice(0, 3);
  const settings = tellingSettings(state.runs).filter((field) => useful(field) && !/type$|name$/.test(field.key) || field.key === "model/loss/type");
  const shared = settings.filter((field) => state.runs.filter((run) => !isMissing(field.value(run))).length > state.runs.length / 2);
  const rest = [fields.get("duration")].filter((field) => useful(field) && isUsed(field));
  return [...shared.slice(0, 5), ...results, ...(shared.length + results.length < 4 ? rest : [])];
}

function parallelDrawing(axes, available) {
  const gap = Math.max(104, (Math.max(available, 300) - 130) / (axes.length - 1));
  const width = gap * (axes.length - 1) + 130;
  const others = state.runs.filter((run) => !view.hide.includes(run.key));
  const scales = axes.map((field) => scaleOf(field, others));
  const x = (i) => 65 + i * gap;
  const y = (share) => (share === null ? MISSING : BOTTOM - share * (BOTTOM - TOP));
  const path = (run) => axes.map((_, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(scales[i].at(run)).toFixed(1)}`).join("");
  const shown = [...state.shown].reverse();
  const faint = others.filter((run) => !state.matching.includes(run));
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": said(axes), "font-family": "system-ui, DejaVu Sans, sans-serif", "font-size": 11.5 },
    faint.map((run) => svg("path", { d: path(run), fill: "none", stroke: cssColor("--line"), "stroke-width": 1 })),
    shown.map((run) => svg("path", { d: path(run), class: "thread", fill: "none", stroke: paint(run).color, "stroke-width": lineOf(run, shown.length > 30 ? 1.2 : 1.8).width, "stroke-dasharray": { dash: "7 4", dot: "2 3" }[paint(run).dash], "stroke-linejoin": "round", opacity: shown.length > 30 ? 0.7 : 0.9 }, svg("title", {}, shorten(run.name, 80)))));
  axes.forEach((field, i) => drawing.append(axisDrawing(field, scales[i], x(i), y, gap)));
  return drawing;
}

const said = (axes) => `Parallel coordinates of ${state.shown.length} runs over ${axes.map((field) => field.label).join(", ")}. The table of runs has the values.`;

function axisDrawing(field, scale, x, y, gap) {
  const quiet = cssColor("--quiet");
  const ground = { stroke: cssColor("--card"), "stroke-width": 5, "stroke-linejoin": "round", "paint-order": "stroke" };
  const letters = Math.floor(gap / 6.6);
  const band = svg("rect", { x: x - 7, width: 14, y: 0, height: 0, rx: 3, fill: cssColor("--accent"), opacity: 0.25 });
  const mark = ([high, low]) => { band.setAttribute("y", Math.min(high, low)); band.setAttribute("height", Math.abs(high - low)); };
  const hold = svg("rect", { x: x - 14, width: 28, y: TOP - 8, height: BOTTOM - TOP + 16, fill: "transparent", class: "hold" });
  mark(filteredStretch(field, scale, y));
  dragging(hold, mark, (from, to) => choose({ filter: withClauses(view.filter, field.key, stretchClauses(scale, from, to)) }));
  return svg("g", {},
    svg("text", { x, y: 18, "text-anchor": "middle", fill: cssColor("--ink"), "font-weight": 600, "font-size": 12 }, shorten(field.brief, letters), svg("title", {}, field.key)),
    svg("line", { x1: x, x2: x, y1: TOP, y2: BOTTOM, stroke: quiet, "stroke-width": 1 }), band,
    scale.ticks.map(([share, text]) => svg("text", { x: x + 7, y: y(share) + 4, fill: quiet, direction: "ltr", ...ground }, text)),
    svg("text", { x, y: MISSING + 4, "text-anchor": "middle", fill: quiet, opacity: 0.7, ...ground }, "–"), hold);
}

function stretchClauses(scale, from, to) {
  if (from === to) return []; // a click lets go
  const [high, low] = [from, to].map((pixel) => Math.min(Math.max((BOTTOM - pixel) / (BOTTOM - TOP), 0), 1));
  if (scale.back) return [[">=", Number(scale.back(low).toPrecision(4))], ["<=", Number(scale.back(high).toPrecision(4))]];
  const inside = scale.names.filter((_, i) => { const share = scale.names.length < 2 ? 0.5 : i / (scale.names.length - 1); return low <= share && share <= high; });
  return inside.length === 1 ? [["=", inside[0]]] : scale.names.filter((name) => !inside.includes(name)).map((name) => ["!=", name]);
}

// [high, low] in pixels of what the filter asks of this field
function filteredStretch(field, scale, y) {
  const asked = clausesOf(view.filter).filter((clause) => clause.key !== undefined && findField(clause.key, clause.value) === field);
  if (!asked.length || !scale.place) return [0, 0];
  const bound = (start, standard) => { const clause = asked.find(({ operator }) => operator.startsWith(start)); return clause ? y(Math.min(Math.max(scale.place(asNumber(clause.value)), 0), 1)) : standard; };
  return [bound("<", TOP), bound(">", BOTTOM)];
}

function dragging(hold, mark, done) {
  const pixel = (event) => { const box = hold.ownerSVGElement.getBoundingClientRect(); return ((event.clientY - box.top) / box.height) * HEIGHT; };
  hold.addEventListener("pointerdown", (event) => {
    const from = pixel(event);
    hold.setPointerCapture(event.pointerId);
    const follow = (moved) => mark([from, pixel(moved)].sort((a, b) => a - b));
    hold.addEventListener("pointermove", follow);
    hold.addEventListener("pointerup", (end) => {
      hold.removeEventListener("pointermove", follow);
      const to = pixel(end);
      done(...(Math.abs(to - from) < 4 ? [0, 0] : [Math.min(from, to), Math.max(from, to)]));
    }, { once: true });
  });
}
