// The filter: words that a run's name, id, status or tags contain, and `key op value`, all of which must hold.
const OPERATORS = {
  "=": (a, b) => sameValue(a, b), "==": (a, b) => sameValue(a, b), "!=": (a, b) => !sameValue(a, b),
  contains: (a, b) => normalized(a).includes(normalized(b)),
  "~": (a, b) => normalized(a).includes(normalized(b)), "!~": (a, b) => !normalized(a).includes(normalized(b)),
  "<": (a, b) => order(a, b) < 0, "<=": (a, b) => order(a, b) <= 0, ">": (a, b) => order(a, b) > 0, ">=": (a, b) => order(a, b) >= 0,
};
const CLAUSE = /("[^"]*"|'[^']*'|[^\s"<>=!~]+)\s*(<=|>=|==|!=|!~|=|<|>|~|contains(?=\s))\s*("[^"]*"|'[^']*'|\S+)|"([^"]*)"|(\S+)/g;

const unquoted = (text) => text.replace(/^(["'])(.*)\1$/, "$2");
const asNumber = (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*%?$/i.test(text) ? parseFloat(text) / (text.endsWith("%") ? 100 : 1) : NaN);

function sameValue(a, b) {
  return isNumber(a) && !Number.isNaN(asNumber(b)) ? Math.abs(a - asNumber(b)) <= 1e-6 * Math.abs(a) : normalized(a) === normalized(b);
}

function order(a, b) {
  if (isNumber(a)) return a - asNumber(b); // compared with what is no number, nothing is less or more
  return String(a) < b ? -1 : Number(String(a) > b);
}

function clausesOf(text) {
  return [...text.matchAll(CLAUSE)].map(([whole, key, operator, value, quoted, word]) =>
    key === undefined ? { whole, word: quoted ?? word } : { whole, key: unquoted(key), operator, value: unquoted(value) });
}

// {matches(run), unknown: keys that no run has}
function parseFilter(text) {
  const clauses = clausesOf(text);
  const tests = [];
  const unknown = [];
  for (const { word, key, operator, value } of clauses) {
    const field = key === undefined ? null : findField(key, value);
    if (word !== undefined) tests.push((run) => wordsOf(run).includes(normalized(word)));
    else if (!field) unknown.push(key);
    else tests.push((run) => holds((field.sought ?? field.value)(run), operator, value));
  }
  return { matches: (run) => tests.every((test) => test(run)), unknown };
}

// a list, as of tags, has a value if one of its items is it; what a run does not say meets nothing
function holds(found, operator, value) {
  if (Array.isArray(found)) return found[operator.startsWith("!") ? "every" : "some"]((item) => OPERATORS[operator](item, value));
  return !isMissing(found) && OPERATORS[operator](found, value);
}

const wordsOf = (run) => normalized([run.name, run.id, run.status, ...run.tags].join("\n"));

const quotedKey = (key) => (/^[^\s"'<>=!~]+$/.test(key) ? key : key.includes('"') ? `'${key}'` : `"${key}"`);

// the filter's text with the clauses of a key put instead of what it said of it before
function withClauses(text, key, clauses) {
  const kept = clausesOf(text).filter((clause) => clause.key === undefined || findField(clause.key, clause.value)?.key !== key);
  const added = clauses.map(([operator, value]) => `${quotedKey(key)} ${operator} ${quotedKey(String(value))}`);
  return [...kept.map((clause) => clause.whole), ...added].join(" ");
}

function filterBar() {
  const input = el("input", {
    type: "search", id: "filter", placeholder: "Filter: name, or accuracy > 0.9, loss = ArcFace", "aria-label": "Filter runs",
    "aria-describedby": "found", autocomplete: "off", spellcheck: "false", list: "keys",
  });
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => choose({ filter: input.value }), 200);
  });
  const found = el("span", { id: "found", class: "quiet", role: "status" });
  const reset = button("Reset", () => choose({ ...DEFAULTS }), { title: "Forget all that was chosen in this page" });
  byId("search").append(input, found, reset);
  onChange(() => {
    if (document.activeElement !== input) input.value = view.filter;
    const { unknown } = parseFilter(view.filter);
    found.textContent = unknown.length
      ? `No run has ${shorten(unknown.join(", "), 60)}`
      : `${state.shown.length} of ${state.runs.length} runs shown`;
    found.classList.toggle("bad", unknown.length > 0);
    reset.hidden = viewText(view) === "";
  });
}
