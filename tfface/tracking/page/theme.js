// Light or dark: as the system says, until the reader says otherwise. Paper is light.
const THEMES = ["auto", "light", "dark"];
const systemDark = matchMedia("(prefers-color-scheme: dark)");
let theme = remembered();

function remembered() {
  try {
    const name = localStorage.getItem("tfface-theme");
    return THEMES.includes(name) ? name : "auto";
  } catch {
    return "auto"; // storage is closed to files in some browsers
  }
}

function applyTheme(onPaper = false) {
  const dark = !onPaper && (theme === "auto" ? systemDark.matches : theme === "dark");
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  byId("theme").textContent = `Theme: ${theme}`;
}

function themeButton() {
  applyTheme();
  const follow = () => { applyTheme(); changed(); };
  systemDark.addEventListener("change", follow);
  byId("theme").addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    try { localStorage.setItem("tfface-theme", theme); } catch { /* then it holds until the page is closed */ }
    follow();
  });
  addEventListener("beforeprint", () => {
    document.body.style.width = "940px"; // browsers scale it to the width of the paper
    applyTheme(true);
    changed();
    drawAll();
  });
  addEventListener("afterprint", () => { document.body.style.width = ""; follow(); });
}
