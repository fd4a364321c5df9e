// Numbers, moments and names as they are read.
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const isMissing = (value) => value === undefined || value === null || value === "" || value === "None";

function formatNumber(value) {
  if (!isNumber(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en");
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(2);
  return String(Number(value.toPrecision(size >= 1000 ? 6 : 4)));
}

const formatPercent = (value) => (100 * value).toFixed(1) + " %";
const signed = (text) => (text.startsWith("-") ? "−" + text.slice(1) : "+" + text);

function formatDuration(seconds) {
  if (!isNumber(seconds)) return "–";
  if (seconds < 100) return seconds.toFixed(1) + " s";
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function formatMoment(seconds) {
  if (!isNumber(seconds)) return "–";
  const moment = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

const shorten = (text, length = 300) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

// plotly reads its texts as a small HTML dialect; the isolates keep a name's direction to itself
const plotText = (text, length = 60) =>
  "\u2068" + shorten(text, length).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")+ "\u2069";

const normalized = (text) => String(text).toLowerCase();

function groupedBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = key(item);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return groups;
}

function compareValues(a, b, down = false) {
  if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b); // what is missing comes last, either way
  const sign = down ? -1 : 1;
  if (isNumber(a) && isNumber(b)) return sign * (a - b);
  return sign * String(a).localeCompare(String(b), "en", { numeric: true });
}
