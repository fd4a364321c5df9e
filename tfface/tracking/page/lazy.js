// A section is drawn when it comes near the window, and after a change only if it is there: a page of a hundred runs
// opens as soon as one of ten. On paper everything is there.
const drawings = [];

function whenSeen(section, draw) {
  const drawing = { draw, near: false, stale: true };
  const refresh = () => {
    drawing.stale = true;
    if (drawing.near) drawNow(drawing);
  };
  drawings.push(drawing);
  section.hidden = false;
  onChange(refresh);
  new IntersectionObserver((entries) => {
    drawing.near = entries.at(-1).isIntersecting;
    if (drawing.near && drawing.stale) drawNow(drawing);
  }, { rootMargin: "300px" }).observe(section);
  return refresh;
}

function drawNow(drawing) {
  drawing.stale = false;
  drawing.draw();
}

const drawAll = () => drawings.filter(({ stale }) => stale).forEach(drawNow);

function navigation() {
  const links = [...document.querySelectorAll("main > section:not([hidden])")].map((section) => {
    const title = section.querySelector("h2");
    const go = (event) => {
      event.preventDefault(); // the address keeps what is chosen
      section.scrollIntoView({ behavior: "smooth" });
      title.focus({ preventScroll: true });
    };
    return el("a", { href: `#${section.id}`, onclick: go }, title.textContent);
  });
  byId("nav").replaceChildren(...links);
}
