// The table of runs: chosen columns, sorted, with what is drawn and what the others are compared with.
function runsSection() {
  const note = el("p", { class: "quiet" });
  const table = el("div");
  const menu = fieldMenu("Columns", columns, (field) => choose({ columns: flip(columns().map(({ key }) => key), field.key) }),
    () => [...fields.values()].filter((field) => field.key !== "name" && isUsed(field)));
  const save = csvButton("runs", "the table of runs", () => [["Run", ...columns().map((field) => field.key)],
    ...sortedRuns().map((run) => [run.name, ...columns().map((field) => (field.key === "started" ? formatMoment(run.started) : field.value(run)))])]);
  const all = button("", () => choose({ hide: view.hide.length ? [] : state.runs.map((run) => run.key) }), { class: "control small" });
  byId("runs").append(heading("runs", "Runs", note, el("div", { class: "actions" }, all, menu, save)), table);
  onChange(() => {
    all.textContent = view.hide.length ? "Show all" : "Hide all";
    const lost = state.runs.length - state.matching.length;
    note.textContent = lost ? `${lost} left out by the filter ${shorten(view.filter, 80)}` : "";
    const scroll = table.firstElementChild;
    const place = [scroll?.scrollLeft, scroll?.scrollTop];
    const focused = document.activeElement?.dataset?.focus;
    table.replaceChildren(scrolled("Runs", runsTable()));
    [table.firstElementChild.scrollLeft, table.firstElementChild.scrollTop] = place.map((pixels) => pixels ?? 0);
    if (focused) [...table.querySelectorAll("[data-focus]")].find((node) => node.dataset.focus === focused)?.focus();
  });
}

function columns() {
  const chosen = view.columns.map((key) => fields.get(key)).filter(Boolean);
  return chosen.length ? chosen : standardColumns();
}

function standardColumns() {
  const measures = [...fields.values()].filter((field) => field.group === "evaluation" && field.number && !COUNTS.test(field.key))
    .sort((a, b) => (a.rank ?? 9) - (b.rank ?? 9)).filter((field) => field.rank !== undefined).slice(0, 8);
  const last = measures.length ? [] : allMetrics().slice(0, 3).map((path) => fields.get(path));
  const telling = tellingSettings(state.runs).filter((field) => field.key !== "model/loss/type" && !field.key.startsWith("model/name"));
  return [
    fields.get("status"), fields.get("model/loss/type"), ...(telling.length <= 4 ? telling : []), ...measures, ...last,
    ...["duration", "started", "tags", "id"].map((key) => fields.get(key)),
  ].filter((field) => field && isUsed(field));
}

function sortedRuns() {
  const down = view.sort.startsWith("-");
  const field = fields.get(down ? view.sort.slice(1) : view.sort);
  const rows = field ? [...state.matching].sort((a, b) => compareValues(sortValue(field, a), sortValue(field, b), down)) : state.matching;
  return referenceFirst(rows);
}

const sortValue = (field, run) => (field.key === "tags" ? field.text(run) : field.value(run));

function sortBy(field) {
  const startsDown = isNumeric(field) && field.best !== "low";
  const [up, down] = [field.key, `-${field.key}`];
  const order = startsDown ? [down, up, ""] : [up, down, ""];
  choose({ sort: order[(order.indexOf(view.sort) + 1) % 3] });
}

function headCell(field, attributes = {}) {
  const sorted = { [field.key]: "ascending", [`-${field.key}`]: "descending" }[view.sort];
  const sorting = el("button", { type: "button", "data-focus": `sort ${field.key}`, title: field.key, onclick: () => sortBy(field) }, named(field.brief, 40));
  return el("th", { scope: "col", class: field.number ? "number" : "", "aria-sort": sorted, ...attributes }, sorting);
}

function runsTable() {
  const shown = columns();
  const rows = sortedRuns();
  const best = shown.map((field) => bestValue(field, rows));
  for (const field of shown) field.bounds = boundsOf(field, rows);
  const name = fields.get("name");
  return el("table", {}, el("caption", { class: "sr" }, "Runs"),
    el("thead", {}, el("tr", {}, headCell(name, { class: "first" }), shown.map((field) => headCell(field)))),
    el("tbody", {}, rows.map((run) =>
      el("tr", { class: view.hide.includes(run.key) ? "off" : run.key === view.reference ? "pinned" : "" },
        runCell(run), shown.map((field, i) => valueCell(field, run, best[i])))),
      rows.length ? null : el("tr", {}, el("td", { colspan: shown.length + 1, class: "empty" }, "No run passes the filter."))));
}

function runCell(run) {
  const name = shorten(run.name, 60);
  const pinned = run.key === view.reference;
  const eye = el("input", { type: "checkbox", "data-focus": `show ${run.key}`, "aria-label": `Show ${name}`, onchange: () => toggleRun(run) });
  eye.checked = !view.hide.includes(run.key);
  const pin = el("button", {
    type: "button", class: "pin", "data-focus": `pin ${run.key}`, "aria-pressed": String(pinned), "aria-label": `Compare with ${name}`,
    title: pinned ? "The reference: what the others are compared with" : "Compare the others with this run", onclick: () => choose({ reference: pinned ? "" : run.key }),
  }, pinned ? "★" : "☆");
  return el("th", { scope: "row", class: "first", title: shorten(run.name) }, eye, pin, swatch(run), named(run.name, 120));
}
