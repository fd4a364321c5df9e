// A table whose columns sort: a column is {label, value(row), cell(row), number, best: "high" | "low"}.
function sortedTable(caption, columns, rows, order = { column: -1, down: false }) {
  const body = el("tbody");
  const heads = columns.map((column, i) => {
    const button = el("button", { type: "button", onclick: () => sortBy(i) }, column.label);
    return el("th", { scope: "col", class: column.number ? "number" : "" }, button);
  });
  const best = columns.map((column) => bestValue(column, rows));

  function fill() {
    const shown = [...rows];
    const column = columns[order.column];
    if (column) shown.sort((a, b) => compareValues(column.value(a), column.value(b), order.down));
    body.replaceChildren(...shown.map((row) =>
      el("tr", { class: state.hidden.has(row.key) ? "off" : "" }, columns.map((column, i) => cell(column, row, i, best[i])))));
    heads.forEach((head, i) => {
      if (i === order.column) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  function sortBy(i) {
    const startsDown = Boolean(columns[i].number) && columns[i].best !== "low";
    order = { column: i, down: order.column === i ? !order.down : startsDown };
    fill();
  }

  fill();
  listeners.push(fill);
  const table = el("table", {}, el("caption", { class: "sr" }, caption), el("thead", {}, el("tr", {}, heads)), body);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
}

function cell(column, row, i, best) {
  const value = column.value(row);
  const missing = value === undefined || value === null || value === "";
  const content = missing ? el("span", { class: "missing" }, "–") : column.cell ? column.cell(row) : shorten(String(value));
  if (i === 0) return el("th", { scope: "row", title: shorten(String(value ?? "")) }, content);
  const isBest = !missing && value === best;
  const mark = isBest ? el("span", { class: "sr" }, " (best)") : null;
  const kind = [column.number ? "number" : "text", isBest ? "best" : ""].join(" ").trim();
  return el("td", { class: kind, title: column.number || missing ? null : shorten(String(value)) }, content, mark);
}

function bestValue(column, rows) {
  const values = rows.map(column.value).filter(isNumber);
  if (!column.best || new Set(values).size < 2) return undefined;
  return column.best === "low" ? Math.min(...values) : Math.max(...values);
}

function compareValues(a, b, down) {
  const [noA, noB] = [a, b].map((value) => value === undefined || value === null || value === "");
  if (noA || noB) return noA - noB; // what is missing comes last, either way
  const sign = down ? -1 : 1;
  if (isNumber(a) && isNumber(b)) return sign * (a - b);
  return sign * String(a).localeCompare(String(b), "en", { numeric: true });
}

const runColumn = {
  label: "Run",
  value: (run) => run.name,
  cell: (run) => [swatch(run), shorten(run.name, 120)],
};
const idColumn = { label: "Run id", value: (run) => run.id, cell: (run) => el("span", { class: "id" }, shorten(run.id, 40)) };
