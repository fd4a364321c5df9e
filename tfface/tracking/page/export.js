// What is shown, as a file: tables and numbers as CSV, charts as PNG.
function download(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// a text that a spreadsheet would take for a formula is marked as text
function csvCell(value) {
  if (isMissing(value)) return "";
  if (isNumber(value)) return String(Number(value.toPrecision(7))); // as many digits as were kept
  const text = Array.isArray(value) ? value.join("; ") : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvText = (rows) => "\ufeff" + rows.map((row) => row.map(csvCell).join(",") + "\r\n").join("");

function csvButton(name, what, rows) {
  return button("CSV", () => download(`${name}.csv`, new Blob([csvText(rows())], { type: "text/csv" })), { class: "control small", "aria-label": `Save ${what} as CSV` });
}

function pngButton(name, what, picture) {
  return button("PNG", async () => download(`${name}.png`, await picture()), { class: "control small", "aria-label": `Save ${what} as PNG` });
}

// a chart as it is on the screen, with a ground, a title and a legend of its own
async function plotPicture(plot, title) {
  const { clientWidth: width, clientHeight: height } = plot;
  const traces = plot.data.map((trace) => ({ ...trace, name: trace.name && shorten(trace.name, 28), showlegend: trace.showlegend ?? trace.hoverinfo !== "skip" }));
  const names = traces.filter((trace) => trace.showlegend).length;
  const below = 12 + 19 * Math.ceil(names / Math.max(1, Math.floor((width - 40) / 235)));
  const axis = (name) => ({ ...plot.layout[name], automargin: true });
  const layout = {
    ...plot.layout, width, height: height + 30 + below, paper_bgcolor: cssColor("--card"), showlegend: true,
    xaxis: axis("xaxis"), yaxis: axis("yaxis"), margin: { l: 54, r: 24, t: 36, b: 44 + below },
    legend: { orientation: "h", yref: "container", yanchor: "bottom", y: 0, xref: "container", x: 0.01, font: { size: 11 }, entrywidth: 190, entrywidthmode: "pixels" },
    title: { text: plotText(title, 90), font: { size: 14, color: cssColor("--ink") }, x: 0.02, xanchor: "left", yref: "container", y: 1, yanchor: "top", pad: { t: 12 } },
  };
  const url = await Plotly.toImage({ data: traces, layout }, { format: "png", scale: 2, width, height: layout.height });
  return new Blob([bytesOf(url.split(",")[1])], { type: "image/png" });
}

async function drawingPicture(drawing) {
  const { width, height } = drawing.viewBox.baseVal;
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(drawing)], { type: "image/svg+xml" }));
  await image.decode();
  URL.revokeObjectURL(image.src);
  const canvas = el("canvas", { width: 2 * width, height: 2 * height });
  const brush = canvas.getContext("2d");
  brush.fillStyle = cssColor("--card");
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
