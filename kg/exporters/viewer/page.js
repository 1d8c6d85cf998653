/* The controls, and what follows when one is used. */

(() => {
  const root = document.documentElement;
  const SLOW = surface.isFast ? Infinity : 2000; // nodes above which a browser may be slow to draw
  const MANY = 60; // neighbours that are added at once
  let before = null; // what had the focus when the details opened
  let complete = null; // kept when all entities are read
  let isOwed = false; // whether the address names what is not read yet

  /* ---- what follows a change ---- */

  const isOfPapers = () => Boolean(model.papersAsNodes);

  const tell = () => {
    const drawn = choices.shown().length;
    const words = isOfPapers() ? ["node", "nodes"] : ["entity", "entities"];
    byElementId("shown").textContent = `${number(drawn)} of ${counted(model.carried, ...words)}`;
  };

  const introduce = () => {
    const { carried } = model;
    const isPart = !isOfPapers() && carried < model.counts.entities;
    const note = model.page.lead || `This page carries the ${number(carried)} entities that most papers speak of.`;
    byElementId("title").textContent = model.page.title;
    byElementId("summary").replaceChildren(
      ...["papers", "entities", "relations", "results"].map((name) =>
        make("span", {}, make("b", {}, number(model.counts[name])), ` ${name}`),
      ),
      ...(isPart || model.page.lead ? [make("span", { class: "note" }, note)] : []),
    );
  };

  const refresh = () => {
    tell();
    if (state.view === "table") table.draw();
    map.update();
    map.redraw();
  };

  const choose = (selected, { step = true, still = false } = {}) => {
    if (state.from && selected?.entity) return lead(state.from, selected.entity, { step });
    if (selected?.paper?.node) selected = { entity: selected.paper.node };
    byElementId("ask-path").hidden = true;
    state.from = null;
    const last = state.selected;
    state.selected = selected;
    if (selected && !last) before = document.activeElement;
    const { entity, pair, path } = selected || {};
    const fresh = map.add(entity ? [entity] : pair ? [pair.one, pair.two] : path ? path.entities : []);
    panel.show(selected);
    root.classList.toggle("open", Boolean(selected));
    if (fresh) refresh();
    else map.redraw();
    if (entity && !still) map.show(entity);
    if (path) map.fit({ entities: path.entities });
    if (selected && step) byElementId("panel").querySelector("h2").focus({ preventScroll: true });
    if (!selected && last) (before?.isConnected ? before : byElementId(state.view)).focus({ preventScroll: true });
    if (step) choices.write({ step: true });
  };

  /** Draw the neighbours of an entity, the best supported first if there are very many. */
  const expand = async (entity) => {
    await complete;
    const near = choices.hidden(choices.neighbours(entity)).sort((a, b) => a.place - b.place);
    if (map.add([entity, ...near.slice(0, MANY)], entity)) refresh();
    choose({ entity });
    if (near.length) map.fit({ entities: [entity, ...choices.neighbours(entity)] });
  };

  const draw = (paper) => {
    if (map.add(choices.named(paper), paper.node)) refresh();
    choose({ paper });
    map.fit({ entities: choices.named(paper) });
  };

  /* ---- paths ---- */

  const askPath = (entity) => {
    state.from = entity;
    byElementId("ask-path-text").replaceChildren("Path from ", bdi(entity.label), " to: click or search the other end.");
    byElementId("ask-path").hidden = false;
    finder.focus();
  };

  const lead = async (from, to, { step = true } = {}) => {
    state.from = null;
    await complete;
    const found = from === to ? null : ways.find(from, to);
    choose({ path: found || { ends: [from, to], entities: [], pairs: [] } }, { step });
  };

  /* ---- everything ---- */

  const everything = () => {
    const all = byElementId("all");
    const ask = byElementId("ask");
    const turn = async (on) => {
      all.checked = on;
      ask.hidden = true;
      await complete;
      if (all.checked !== on) return; // changed again meanwhile
      state.all = on;
      tell();
      map.restart();
      if (state.view === "table") table.draw();
    };
    all.closest("label").hidden = model.carried <= model.core;
    byElementId("all-label").textContent = `Show all ${number(model.carried)} ${isOfPapers() ? "nodes" : "entities"}`;
    all.addEventListener("change", () => {
      if (!all.checked || model.carried <= SLOW) return turn(all.checked);
      all.checked = false;
      byElementId("ask-text").textContent = `Drawing ${number(model.carried)} entities may be slow on this machine.`;
      ask.hidden = false;
      return byElementId("ask-yes").focus();
    });
    byElementId("ask-yes").addEventListener("click", () => turn(true));
    byElementId("ask-no").addEventListener("click", () => {
      ask.hidden = true;
      all.focus();
    });
  };

  /* ---- view ---- */

  const view = (name) => {
    state.view = name;
    byElementId("as-map").setAttribute("aria-pressed", String(name === "map"));
    byElementId("as-table").setAttribute("aria-pressed", String(name === "table"));
    for (const id of ["map", "zoom"]) byElementId(id).hidden = name !== "map";
    byElementId("save-png").hidden = name !== "map";
    byElementId("table").hidden = name !== "table";
    if (name === "table") table.draw();
    else map.redraw();
  };

  const buttons = () => {
    const clicked = (id, act) => byElementId(id).addEventListener("click", act);
    clicked("closer", () => map.zoom(1.4));
    clicked("farther", () => map.zoom(1 / 1.4));
    clicked("fit", () => map.fit());
    clicked("as-map", () => view("map"));
    clicked("as-table", () => view("table"));
    clicked("ask-path-no", () => choose(state.selected));
    clicked("skip", (event) => {
      event.preventDefault();
      view("table");
      byElementId("table").focus();
    });
    clicked("more", () => {
      const open = byElementId("side").classList.toggle("unfolded");
      byElementId("more").setAttribute("aria-expanded", String(open));
    });
    byElementId("physics").closest("label").hidden = surface.isFast;
    byElementId("physics").addEventListener("change", (event) => map.physics(event.target.checked));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input[type=search], select, textarea");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        finder.focus();
      } else if (event.key === "Escape" && state.from) choose(state.selected);
      else if (event.key === "Escape" && state.selected) choose(null);
    });
  };

  /* ---- the address ---- */

  const follow = () => {
    const { node, to, paper, query, types } = choices.read();
    const known = new Set(model.types.map((type) => type.name));
    const wanted = types ? new Set(types.filter((name) => known.has(name))) : known;
    const isSame = wanted.size === state.types.size && [...wanted].every((name) => state.types.has(name));
    state.types = wanted;
    filters.mirror();
    const entity = node ? search.named(node) : null;
    const other = to ? search.named(to) : null;
    const found = paper ? model.paperById.get(paper) : null;
    isOwed = Boolean((node && !entity) || (to && !other) || (paper && !found));
    if (!isSame) refresh();
    if (entity && other) lead(entity, other, { step: false });
    else choose(entity ? { entity } : found ? { paper: found } : null, { step: false });
    finder.ask(query || "", Boolean(query && !entity && !found));
  };

  /** Read what the first picture does not need, and bring in line with it what is open. */
  const readOn = async () => {
    const drawn = new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    complete = drawn.then(model.readRest);
    await complete;
    search.forget();
    finder.again();
    if (isOwed) follow();
    if (state.view === "table") table.draw();
    await model.readDetails();
    search.forget();
    finder.again();
    if (isOwed) follow();
    else panel.show(state.selected);
    if (state.view === "table") table.draw();
    root.dataset.whole = Math.round(performance.now());
  };

  const begin = async () => {
    await model.readGraph();
    if (!model.isSplit) await model.readDetails();
    choices.start();
    byElementId("app").hidden = false;
    theme.start(map.repaint);
    facts.start(choose);
    panel.start({ go: choose, expand, draw, askPath });
    table.start(choose);
    filters.start(() => {
      choices.write();
      refresh();
    });
    everything();
    finder.start(choose);
    save.start();
    buttons();
    introduce();
    tell();
    map.start({ pick: choose, expand });
    const rest = model.isSplit ? readOn() : null;
    follow();
    addEventListener("hashchange", follow);
    await rest;
  };

  begin();
})();
