async function main() {
  const unpacked = unpack("library"); // while the runs are read
  await loadRuns();
  makeFields();
  loadView();
  byId("count").textContent = `${state.runs.length} ${state.runs.length === 1 ? "run" : "runs"}`;
  themeButton();
  filterBar();
  runsSection();
  byId("runs").hidden = false;
  sidesSection();
  changed();
  // the library comes last: the tables are there while it is unpacked
  const library = document.createElement("script");
  library.textContent = new TextDecoder().decode(await unpacked);
  document.head.append(library);
  [curvesSection, parallelSection, scatterSection, ratesSection, picturesSection].forEach((section) => section());
  navigation();
  changed();
  addEventListener("hashchange", () => { loadView(); changed(); });
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); byId("main").focus(); });
  keepLoading();
  scrollBack();
  requestAnimationFrame(() => setTimeout(() => { // what is near is drawn within the frame
    performance.mark("ready");
    document.documentElement.dataset.ready = "true";
  }));
}

main().catch((error) => {
  byId("main").prepend(el("p", { class: "card", role: "alert" }, `This page could not be shown: ${error.message}. It needs a browser from 2023 or later.`));
});
