async function main() {
  themeButton();
  loadRuns(JSON.parse(await unpack("data")));
  byId("count").textContent = `${state.runs.length} ${state.runs.length === 1 ? "run" : "runs"}`;
  resultsSection();
  runsSection();
  differencesSection();
  changed();
  // the library comes last: the tables are there while it is unpacked
  const library = document.createElement("script");
  library.textContent = await unpack("library");
  document.head.append(library);
  curvesSection();
  changed();
  document.documentElement.dataset.ready = "true";
}

main().catch((error) => {
  byId("main").prepend(el("p", { class: "card", role: "alert" }, `This page could not be shown: ${error.message}. It needs a browser from 2023 or later.`));
});
