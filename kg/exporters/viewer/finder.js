/* The search box with its list of answers, for hand and keyboard. */

const finder = (() => {
  const field = byElementId("query");
  const hits = byElementId("hits");
  let go = null; // choose what was found

  const close = () => {
    hits.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    state.hits = [];
    map.redraw();
  };

  const option = (content, selected, at) =>
    make(
      "li",
      {
        role: "option",
        id: `hit-${at}`,
        "aria-selected": "false",
        onmousedown: (event) => event.preventDefault(),
        onclick: () => {
          close();
          go(selected);
        },
      },
      content,
    );

  const seek = () => {
    const found = search.find(field.value);
    state.query = field.value.trim();
    state.hits = found.entities;
    choices.writeLater();
    const entities = found.entities.map((entity, at) =>
      option([mark(entity.type), bdi(entity.label), make("span", { class: "fine" }, counted(entity.value, "paper", "papers"))], { entity }, at),
    );
    const papers = found.papers.map((paper, at) =>
      option([bdi(paper.title), make("span", { class: "fine" }, "paper")], { paper }, entities.length + at),
    );
    const none = state.query && !entities.length && !papers.length;
    hits.replaceChildren(...entities, ...papers, ...(none ? [make("li", { class: "none", role: "option", "aria-disabled": "true" }, "Nothing found")] : []));
    hits.hidden = !state.query;
    field.setAttribute("aria-expanded", String(!hits.hidden));
    field.removeAttribute("aria-activedescendant");
    map.redraw();
  };

  const step = (way) => {
    const options = [...hits.querySelectorAll("li[id]")];
    if (!options.length) return;
    const at = options.findIndex((each) => each.getAttribute("aria-selected") === "true");
    const next = options[(at + way + options.length + (at < 0 && way < 0 ? 1 : 0)) % options.length];
    for (const each of options) each.setAttribute("aria-selected", String(each === next));
    field.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };

  const start = (choose) => {
    go = choose;
    field.addEventListener("input", seek);
    field.addEventListener("focus", () => field.value && seek());
    field.addEventListener("blur", close);
    field.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        step(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter") {
        const chosen = hits.querySelector('[aria-selected="true"]') || hits.querySelector("li[id]");
        if (chosen && !hits.hidden) chosen.click();
      } else if (event.key === "Escape" && !hits.hidden) {
        event.stopPropagation();
        close();
      }
    });
  };

  /** Put a query into the box, and search for it if it is to be answered. */
  const ask = (query, answer) => {
    field.value = query;
    state.query = query;
    if (answer) focus();
  };

  /** Answer again what was asked, since more is known. */
  const again = () => {
    if (!hits.hidden) seek();
  };

  const focus = () => {
    field.focus();
    field.select();
  };

  return { start, ask, again, focus };
})();
