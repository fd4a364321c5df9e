// Elements are only ever made here, and text only ever becomes text nodes: what a run says is never HTML.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const byId = (id) => document.getElementById(id);

function swatch(run) {
  const line = el("span", { class: "swatch", "aria-hidden": "true" });
  line.style.borderTopColor = run.color;
  line.style.borderTopStyle = run.dash === "solid" ? "solid" : run.dash === "dash" ? "dashed" : "dotted";
  return line;
}

function toggle(label, pressed, onclick, attributes = {}) {
  return el("button", { type: "button", class: "control", "aria-pressed": String(pressed), onclick, ...attributes }, label);
}

function heading(id, title, note) {
  return el("div", { class: "head" }, el("h2", { id }, title), note ? el("p", { class: "quiet" }, note) : null);
}
