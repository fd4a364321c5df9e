// While runs are watched the file is written again; the page then loads itself anew, where it was.
const busy = { until: 0 };

function keepLoading() {
  if (!state.refresh) return;
  let paused = false;
  const label = () => (paused ? "Follow" : "Pause");
  const pause = button(label(), () => { paused = !paused; pause.textContent = label(); note(); });
  const words = el("span", { class: "quiet", role: "status" });
  const note = () => { words.textContent = paused ? "paused" : `following · written ${formatAge(ageOfPage())} ago`; };
  byId("live").append(el("span", { class: "pulse", "aria-hidden": "true" }), words, pause);
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) addEventListener(kind, () => { busy.until = performance.now() + 4000; }, { passive: true });
  setInterval(note, 5000);
  note();
  setInterval(() => {
    const idle = performance.now() > busy.until && !document.hidden && !document.querySelector("dialog, details[open]") && getSelection().isCollapsed;
    if (!paused && idle && performance.now() / 1000 > waitFor(ageOfPage(), state.refresh)) loadAnew();
  }, 1000);
}

const ageOfPage = () => Math.max(0, Date.now() / 1000 - state.made);
// a page that has not been written for long is looked at less often
const waitFor = (age, refresh) => Math.min(Math.max(refresh, age / 4), 600);
const formatAge = (seconds) => (seconds < 90 ? `${Math.round(seconds)} s` : seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`);

function loadAnew() {
  try { sessionStorage.setItem("tfface-scroll", String(scrollY)); } catch { /* then it begins at the top */ }
  location.reload();
}

function scrollBack() {
  try {
    const pixels = Number(sessionStorage.getItem("tfface-scroll"));
    sessionStorage.removeItem("tfface-scroll");
    if (pixels) scrollTo(0, pixels);
  } catch { /* nothing was kept */ }
}
