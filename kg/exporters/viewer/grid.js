"use strict";
/* Choosing a cell lists its papers. */

(() => {
  const data = JSON.parse(byElementId("grid-data").textContent || "{}");
  const panel = byElementId("panel");
  let chosen = null;

  const close = () => {
    if (!chosen) return;
    chosen.setAttribute("aria-pressed", "false");
    panel.hidden = true;
    panel.replaceChildren();
    document.documentElement.classList.remove("open");
    chosen.focus({ preventScroll: true });
    chosen = null;
  };

  const paper = ([place, before, words, after]) => {
    const [title, id, date, url] = data.papers[place];
    const address = url ? safeAddress(url) : null;
    const told = before === undefined ? null : make("p", { class: "fine" }, before); // where it stands
    const quote = words === undefined ? told : make("q", { dir: "auto" }, before, make("mark", {}, words), after);
    return make(
      "li",
      { class: "source" },
      address ? anchor(address, bdi(title)) : make("p", { class: "claim" }, bdi(title)),
      make("p", { class: "fine" }, make("span", {}, bdi(id)), date ? make("span", {}, date) : null),
      quote ? make("div", { class: "evidence" }, quote) : null,
    );
  };

  const open = (button) => {
    if (chosen) chosen.setAttribute("aria-pressed", "false");
    chosen = button;
    button.setAttribute("aria-pressed", "true");
    const key = button.dataset.cell;
    const [row, column] = key.split("-").map(Number);
    const papers = data.cells[key];
    const count = data.counts[key];
    const title = papers.length < count ? `Papers (${number(papers.length)} of ${number(count)})` : `Papers (${number(count)})`;
    panel.replaceChildren(
      make("button", { type: "button", class: "close", "aria-label": "Close details", title: "Close (Esc)", onclick: close }, "×"),
      make("h2", { class: "two", tabindex: "-1" }, bdi(data.rows[row]), bdi(data.columns[column])),
      make("section", {}, make("h3", {}, title), make("ul", {}, papers.map(paper))),
    );
    panel.hidden = false;
    panel.scrollTop = 0;
    document.documentElement.classList.add("open");
    panel.querySelector("h2").focus({ preventScroll: true });
  };

  /** Move among the cells by the arrow keys. */
  const step = (button, across, down) => {
    const cell = button.parentElement;
    let [row, at] = [cell.parentElement, cell.cellIndex];
    for (;;) {
      if (down) row = down > 0 ? row.nextElementSibling : row.previousElementSibling;
      at += across;
      const next = row?.cells[at];
      if (!next || at < 1) return;
      const target = next.querySelector("button");
      if (target) return target.focus();
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-cell]");
    if (button) open(button);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    const button = event.target.closest?.("button[data-cell]");
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (!button || !ways[event.key]) return;
    event.preventDefault();
    step(button, ...ways[event.key]);
  });
  theme.start(() => {});
  const years = document.querySelector(".heat.years");
  if (years) years.parentElement.scrollLeft = years.offsetWidth; // the last ones first
  document.documentElement.dataset.drawn = Math.round(performance.now());
})();
