// Settings, side by side: by default only those in which the runs differ.
const GROUPS = { model: "Model", fit: "Training", recipe: "Recipe", data: "Data", environment: "Environment" };

function differencesSection() {
  const section = byId("differences");
  const paths = [...new Set(state.runs.flatMap((run) => Object.keys(run.settings)))].sort();
  section.hidden = !paths.length;
  if (!paths.length) return;
  let all = state.runs.filter(hasSettings).length < 2;
  const box = el("input", { type: "checkbox", onchange: (event) => { all = event.target.checked; fill(); } });
  box.checked = all;
  const place = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Settings of the runs" });
  const note = el("p", { class: "quiet", role: "status" });
  section.append(
    el("div", { class: "head" }, el("h2", { id: "differences-title" }, "Settings that differ"), note),
    el("div", { class: "controls" }, el("label", {}, box, "show all settings")), place);

  function fill() {
    const runs = visibleRuns().filter(hasSettings);
    const different = withoutRepeats(paths.filter((path) => differs(path, runs)), runs);
    note.textContent = `${different.length} of ${paths.length}`;
    place.replaceChildren(runs.length ? settingsTable(all ? paths : different, runs) : el("p", { class: "empty" }, "No run is shown."));
  }
  listeners.push(fill);
}

const hasSettings = (run) => Object.keys(run.settings).length > 0;
const differs = (path, runs) => new Set(runs.map((run) => JSON.stringify(run.settings[path] ?? null))).size > 1;

// a recipe says again what the model shows (`recipe/loss/margin`, `model/loss/margin`): one row is enough
function withoutRepeats(paths, runs) {
  const seen = new Set();
  const order = [...paths].sort((a, b) => a.startsWith("recipe/") - b.startsWith("recipe/"));
  const kept = order.filter((path) => {
    const row = path.split("/").pop() + JSON.stringify(runs.map((run) => run.settings[path] ?? null));
    return !seen.has(row) && seen.add(row);
  });
  return paths.filter((path) => kept.includes(path));
}

function settingsTable(paths, runs) {
  if (!paths.length) return el("p", { class: "empty" }, "The runs shown have the same settings.");
  const rows = [];
  let group = null;
  for (const path of inGroups(paths)) {
    const top = path.split("/")[0];
    if (top !== group) {
      group = top;
      rows.push(el("tr", { class: "group" }, el("th", { colspan: runs.length + 1, scope: "rowgroup" }, GROUPS[top] ?? top)));
    }
    rows.push(el("tr", {}, el("th", { scope: "row", class: "path", title: path }, settingName(path)), runs.map((run) => settingCell(run.settings[path]))));
  }
  const head = el("tr", {}, el("th", { scope: "col", class: "plain" }, "Setting"),
    runs.map((run) => el("th", { scope: "col", class: "plain", title: shorten(run.name) }, swatch(run), shorten(run.name, 28))));
  return el("table", {}, el("caption", { class: "sr" }, "Settings of the runs"), el("thead", {}, head), el("tbody", {}, rows));
}

function inGroups(paths) {
  const rank = (path) => { const i = Object.keys(GROUPS).indexOf(path.split("/")[0]); return i < 0 ? 3.5 : i; };
  return [...paths].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

const settingName = (path) => {
  const parts = path.split("/");
  return (parts.length > 1 && parts[0] in GROUPS ? parts.slice(1) : parts).join(" / ").replaceAll("_", " ");
};

function settingCell(value) {
  if (value === undefined || value === "None") return el("td", {}, el("span", { class: "missing" }, "–"));
  const text = isNumber(value) ? formatNumber(value) : shorten(String(value));
  return el("td", { class: "text", title: text }, text);
}
