// Side by side: a column a run, a row a field; by default only the rows in which the runs differ.
const FEW = 8;
const COMPARED = ["evaluation", "summary", "model", "fit", "recipe", "data", "environment", "checkpoint", "monitors", "curves"];
// said elsewhere, or different in every run without meaning anything
const NOISE = /^(model\/name|environment\/command|environment\/git\/diff)$|_std$|\/thresholds$|^(min|max)\(/;

function sidesSection() {
  const note = el("p", { class: "quiet", role: "status" });
  const place = el("div");
  const save = csvButton("side-by-side", "side by side", () => [["Field", ...sideRuns().map((run) => run.name)],
    ...sideFields().map((field) => [field.key, ...sideRuns().map((run) => field.value(run))])]);
  const section = byId("sides");
  section.append(heading("sides", "Side by side", note, el("div", { class: "actions" }, save)),
    el("div", { class: "controls" }, checkbox("show what is the same too", "all"), checkbox(`more than ${FEW} runs`, "wide")), place);
  section.querySelectorAll(".controls label")[1].hidden = state.runs.length <= FEW;
  whenSeen(section, () => {
    const [runs, rows] = [sideRuns(), sideFields()];
    const others = state.shown.length - runs.length;
    note.textContent = (view.all ? "everything" : "only what differs") + (reference() ? `, and the change against ${shorten(reference().name, 40)}` : "; star a run above to see changes against it")
      + (others > 0 ? `; ${runs.length} of ${state.shown.length} runs` : "");
    place.replaceChildren(runs.length === 0 ? empty("No run is shown.") : rows.length ? scrolled("Side by side", sideTable(rows, runs)) : empty("The runs shown are the same in everything."));
  });
}

const sideRuns = () => (view.wide ? state.shown : state.shown.slice(0, FEW));

function sideFields() {
  const runs = sideRuns();
  const known = [...fields.values()].filter((field) => COMPARED.includes(field.group) && !NOISE.test(field.key) && runs.some((run) => !isMissing(field.value(run))));
  const rank = (field) => COMPARED.indexOf(field.group);
  const rows = view.all || runs.length < 2 ? known : known.filter((field) => differs(field, runs));
  return withoutRepeats(rows, runs).sort((a, b) => rank(a) - rank(b) || (a.rank ?? 9) - (b.rank ?? 9));
}

// a recipe says again what the model shows (`recipe/loss/margin`, `model/loss/margin`): one row is enough
function withoutRepeats(rows, runs) {
  if (view.all) return rows;
  const seen = new Set();
  const order = [...rows].sort((a, b) => (a.group === "recipe") - (b.group === "recipe"));
  const kept = new Set(order.filter((field) => {
    const row = field.brief + normalized(runs.map((run) => asText(field, run)).join());
    return !seen.has(row) && seen.add(row);
  }));
  return rows.filter((field) => kept.has(field));
}

function sideTable(rows, runs) {
  const head = el("tr", {}, el("th", { scope: "col", class: "plain first" }, "Field"),
    runs.map((run) => el("th", { scope: "col", class: "plain", title: shorten(run.name) }, run.key === view.reference ? "★ " : null, swatch(run), named(run.name, 28))));
  const lines = [...groupedBy(rows, (field) => field.group)].flatMap(([group, members]) => [
    el("tr", { class: "group" }, el("th", { colspan: runs.length + 1, scope: "rowgroup" }, GROUPS[group])),
    ...members.map((field) => el("tr", {},
      el("th", { scope: "row", class: "path first", title: field.key }, named(group === "evaluation" || group === "curves" ? field.brief : settingName(field.key), 60)),
      runs.map((run) => sideCell(field, run)))),
  ]);
  return el("table", { class: "sides" }, el("caption", { class: "sr" }, "Runs side by side"), el("thead", {}, head), el("tbody", {}, lines));
}

function sideCell(field, run) {
  const text = field.text(run);
  const pinned = reference();
  const other = pinned && run !== pinned && asText(field, run) !== asText(field, pinned);
  return el("td", { class: other ? "text other" : "text", title: intervalText(field, run) || text },
    isMissing(field.value(run)) ? el("span", { class: "missing" }, "–") : el("span", { class: "value", dir: "auto" }, text), spreadOf(field, run),
    other ? changeOf(field, field.value(run), field.value(pinned)) : null);
}

function changeOf(field, value, base) {
  if (!isNumber(value) || !isNumber(base)) return el("span", { class: "sr" }, " (differs)");
  const change = value - base;
  const better = field.best && (field.best === "high") === change > 0;
  return el("span", { class: `change ${field.best ? (better ? "better" : "worse") : ""}` }, changeText(field, change, base), field.best ? el("span", { class: "sr" }, better ? " (better)" : " (worse)") : null);
}

function changeText(field, change, base) {
  if (field.percent) return signed((100 * change).toFixed(1));
  const share = base ? (100 * change) / Math.abs(base) : NaN;
  return signed(formatNumber(Number(change.toPrecision(3)))) + (Math.abs(share) < 1000 && Math.abs(share) >= 0.1 ? ` (${signed(share.toFixed(Math.abs(share) < 10 ? 1 : 0))} %)` : "");
}
