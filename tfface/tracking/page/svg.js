// Drawings of our own. Colours and sizes are attributes, so that a drawing looks the same when it is saved as a picture.
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

// a place for a field's value between 0 (bottom) and 1: {at(run), ticks: [[place, text]], low, high}
function scaleOf(field, runs) {
  const values = runs.map((run) => field.value(run)).filter((value) => !isMissing(value));
  if (values.length && values.every(isNumber)) return numberScale(field, values);
  const names = [...new Set(runs.filter((run) => !isMissing(field.value(run))).map((run) => field.text(run)))].sort((a, b) => compareValues(a, b));
  const place = (i) => (names.length < 2 ? 0.5 : i / (names.length - 1));
  return {
    names,
    at: (run) => (isMissing(field.value(run)) ? null : place(names.indexOf(field.text(run)))),
    ticks: names.length <= 14 ? names.map((name, i) => [place(i), shorten(name, 16)]) : [[0, shorten(names[0], 16)], [1, shorten(names.at(-1), 16)]],
  };
}

function numberScale(field, values) {
  const [low, high] = extent(values);
  const log = low > 0 && high / low >= 50;
  const [from, to] = log ? [Math.log(low), Math.log(high)] : [low, high];
  const place = (value) => (to === from ? 0.5 : ((log ? Math.log(value) : value) - from) / (to - from));
  const back = (share) => (log ? Math.exp(from + share * (to - from)) : from + share * (to - from));
  const text = (value) => (field.percent ? (100 * value).toFixed(1) + " %" : formatNumber(Number(value.toPrecision(3))));
  const distinct = [...new Set(values)];
  const apart = (all) => all.sort((a, b) => a - b).every((value, i) => !i || place(value) - place(all[i - 1]) > 0.06);
  const marks = distinct.length <= 7 && apart(distinct) ? distinct : [0, 0.25, 0.5, 0.75, 1].map(back);
  return {
    back, place, text,
    at: (run) => (isMissing(field.value(run)) ? null : place(field.value(run))),
    ticks: marks.map((value) => [place(value), text(value)]),
  };
}
