// What is chosen is kept in the address, readable: a link, a bookmark or a reload shows the same again.
function viewText(view) {
  const words = new URLSearchParams();
  for (const [name, standard] of Object.entries(DEFAULTS)) {
    const value = view[name];
    if (Array.isArray(standard)) value.forEach((item) => words.append(name, item));
    else if (value !== standard) words.append(name, value === true ? "yes" : value);
  }
  return words.toString();
}

// of a foreign address, nothing but what has the right type is taken
function viewFrom(text) {
  const words = new URLSearchParams(text);
  const found = {};
  for (const [name, standard] of Object.entries(DEFAULTS)) {
    if (!words.has(name)) continue;
    const value = words.get(name);
    if (Array.isArray(standard)) found[name] = words.getAll(name);
    else if (typeof standard === "boolean") found[name] = value === "yes";
    else if (typeof standard === "number") found[name] = Math.min(Math.max(Number(value) || 0, 0), 0.98);
    else if (!(name in CHOICES) || CHOICES[name].includes(value)) found[name] = value;
  }
  return found;
}

const CHOICES = { axis: ["epoch", "step", "time"], band: ["deviation", "range", "none"], rate: ["roc", "det", "scores"] };

function loadView() {
  Object.assign(view, DEFAULTS, viewFrom(location.hash.slice(1)));
  if (!fields.has(view.group)) view.group = "";
}

function saveView() {
  const text = viewText(view);
  if (location.hash.slice(1) !== text) history.replaceState(null, "", `#${text}`);
}
