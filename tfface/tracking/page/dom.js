// Elements are only ever made here, and text only ever becomes text nodes: what a run says is never HTML.
function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return node;
}

const byId = (id) => document.getElementById(id);

// a name in its own direction: one that is written from right to left turns nothing else around
const named = (text, length) => el("bdi", {}, shorten(text, length));

function swatch(run) {
  const line = el("span", { class: "swatch", "aria-hidden": "true" });
  line.style.borderTopColor = paint(run).color;
  line.style.borderTopStyle = { solid: "solid", dash: "dashed", dot: "dotted" }[paint(run).dash];
  return line;
}

function button(label, onclick, attributes = {}) {
  return el("button", { type: "button", class: "control", onclick, ...attributes }, label);
}

function toggle(label, pressed, onclick, attributes = {}) {
  return button(label, onclick, { "aria-pressed": String(Boolean(pressed)), ...attributes });
}

function checkbox(label, key) {
  const box = el("input", { type: "checkbox", onchange: () => choose({ [key]: box.checked }) });
  onChange(() => { box.checked = view[key]; });
  return el("label", {}, box, label);
}

// one of a few: {value: label}
function segments(legend, key, choices) {
  const group = el("fieldset", { class: "segments" });
  onChange(() => keepFocus(group, [el("legend", {}, legend), ...Object.entries(choices).map(([value, label]) =>
    toggle(label, view[key] === value, () => choose({ [key]: value })))]));
  return group;
}

// one of many: options() gives [value, label, group]
function select(label, key, options) {
  const list = el("select", { onchange: () => choose({ [key]: list.value }) });
  onChange(() => {
    const groups = groupedBy(options(), (option) => option[2] ?? "");
    list.replaceChildren(...[...groups].flatMap(([name, members]) => {
      const items = members.map(([value, text]) => el("option", { value }, text));
      return name ? [el("optgroup", { label: name }, items)] : items;
    }));
    list.value = view[key];
  });
  return el("label", {}, label, list);
}

// makes children anew; the keyboard's place stays
function keepFocus(parent, children) {
  const place = [...parent.children].findIndex((child) => child.contains(document.activeElement));
  parent.replaceChildren(...children);
  const child = parent.children[place];
  (child?.matches("button, input, a") ? child : child?.querySelector("button, input"))?.focus();
}

function heading(id, title, ...rest) {
  return el("div", { class: "head" }, el("h2", { id: `${id}-title`, tabindex: "-1" }, title), rest);
}

const scrolled = (label, content) => el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, content);
const empty = (text) => el("p", { class: "empty" }, text);
