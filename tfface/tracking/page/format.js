const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

function formatNumber(value) {
  if (!isNumber(value)) return String(value);
  if (value === 0 || Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString("en");
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e7) return value.toExponential(2);
  return String(Number(value.toPrecision(size >= 1000 ? 6 : 4)));
}

const formatPercent = (value) => (100 * value).toFixed(1) + " %";

function formatDuration(seconds) {
  if (!isNumber(seconds)) return "–";
  if (seconds < 100) return seconds.toFixed(1) + " s";
  if (seconds < 6000) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

function formatMoment(seconds) {
  if (!isNumber(seconds)) return "–";
  const moment = new Date(seconds * 1000);
  const two = (number) => String(number).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

const shorten = (text, length = 300) => (text.length > length ? text.slice(0, length - 1) + "…" : text);

// plotly reads its texts as a small HTML dialect
const plotText = (text) =>
  shorten(text, 60).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
