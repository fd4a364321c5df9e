// The page is whole without this: it only lets one loss stand out, in every picture, while the mouse is on it.
const lines = [...document.querySelectorAll(".line")];

function point(name) {
  for (const line of lines) line.classList.toggle("faded", name !== undefined && line.dataset.name !== name);
}

document.addEventListener("mouseover", (event) => point(event.target.closest(".line")?.dataset.name));
document.documentElement.dataset.ready = "true";
