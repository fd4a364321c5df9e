// Every run: what became of it, when, and for how long.
function runsSection() {
  const last = (path) => (run) => run.curves[path]?.values.at(-1);
  const columns = [
    runColumn,
    { label: "Status", value: (run) => run.status, cell: (run) => el("span", { class: `status ${run.status}`, title: run.reason || null }, run.status) },
    { label: "Started", value: (run) => run.started, cell: (run) => formatMoment(run.started) },
    { label: "Duration", number: true, value: (run) => run.duration, cell: (run) => formatDuration(run.duration) },
    { label: "Epochs", number: true, value: (run) => run.curves["train/epoch/loss"]?.steps.at(-1) },
    { label: "Last loss", number: true, value: last("train/epoch/loss"), cell: (run) => formatNumber(last("train/epoch/loss")(run)) },
    { label: "Parameters", number: true, value: (run) => run.settings["model/parameters/total"], cell: (run) => formatNumber(run.settings["model/parameters/total"]) },
    { label: "Tags", value: (run) => run.tags.join(", ") },
    idColumn,
  ];
  const used = columns.filter((column) => column === runColumn || state.runs.some((run) => ![undefined, null, ""].includes(column.value(run))));
  byId("runs").append(heading("runs-title", "Runs"), sortedTable("Runs", used, state.runs));
}
