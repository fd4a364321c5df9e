// A menu of fields to tick: columns of the table, axes of the parallel coordinates.
function fieldMenu(label, chosen, toggleField, choices) {
  const search = el("input", { type: "search", placeholder: "Find…", "aria-label": `Find among ${label.toLowerCase()}` });
  const list = el("div", { class: "options" });
  const menu = el("details", { class: "menu" }, el("summary", { class: "control" }, label), el("div", { class: "sheet" }, search, list));

  function refill() {
    if (!menu.open) return;
    const words = normalized(search.value).split(/\s+/);
    const found = choices().filter((field) => words.every((word) => normalized(`${field.label} ${field.key}`).includes(word)));
    const ticked = new Set(chosen().map((field) => field.key));
    const place = document.activeElement?.dataset?.key;
    list.replaceChildren(...[...groupedBy(found.slice(0, 400), (field) => GROUPS[field.group])].map(([group, members]) =>
      el("fieldset", {}, el("legend", {}, group), members.map((field) => {
        const box = el("input", { type: "checkbox", "data-key": field.key, onchange: () => toggleField(field) });
        box.checked = ticked.has(field.key);
        return el("label", { title: field.key }, box, named(field.label, 80));
      }))));
    if (place) [...list.querySelectorAll("input")].find((box) => box.dataset.key === place)?.focus();
  }
  search.addEventListener("input", refill);
  menu.addEventListener("toggle", refill);
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.firstElementChild.focus();
  });
  document.addEventListener("pointerdown", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  onChange(refill);
  return menu;
}

const fieldOptions = (wanted) => [...fields.values()].filter((field) => wanted(field) && isUsed(field)).map((field) => [field.key, shorten(field.label, 60), GROUPS[field.group]]);
