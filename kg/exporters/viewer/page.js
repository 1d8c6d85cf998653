/* The controls, and what follows when one is used. */

(() => {
  const root = document.documentElement;
  const SLOW = 2000; // nodes above which a browser may be slow to draw
  const MANY = 60; // neighbours that are added at once
  let before = null; // what had the focus when the details opened

  /* ---- what follows a change ---- */

  const tell = () => {
    const drawn = choices.shown().length;
    byElementId("shown").textContent = `${number(drawn)} of ${counted(model.entities.length, "entity", "entities")}`;
    const everything = model.entities.length < model.counts.entities;
    byElementId("summary").replaceChildren(
      ...["papers", "entities", "relations", "results"].map((name) =>
        make("span", {}, make("b", {}, number(model.counts[name])), ` ${name}`),
      ),
      ...(everything ? [make("span", { class: "note" }, `This page carries the ${number(model.entities.length)} entities that most papers speak of.`)] : []),
    );
  };

  const refresh = () => {
    tell();
    if (state.view === "table") table.draw();
    map.update();
    map.redraw();
  };

  const choose = (selected, { step = true, still = false } = {}) => {
    const last = state.selected;
    state.selected = selected;
    if (selected && !last) before = document.activeElement;
    const { entity, pair } = selected || {};
    const fresh = map.add(entity ? [entity] : pair ? [pair.one, pair.two] : []);
    panel.show(selected, { expand, draw });
    root.classList.toggle("open", Boolean(selected));
    if (fresh) refresh();
    else map.redraw();
    if (entity && !still) map.show(entity);
    if (selected && step) byElementId("panel").querySelector("h2").focus({ preventScroll: true });
    if (!selected && last) (before?.isConnected ? before : byElementId(state.view)).focus({ preventScroll: true });
    if (step) choices.write({ step: true });
  };

  /** Draw the neighbours of an entity, the best supported first if there are very many. */
  const expand = (entity) => {
    const near = choices.hidden(choices.neighbours(entity)).sort((a, b) => a.place - b.place);
    if (map.add([entity, ...near.slice(0, MANY)], entity)) refresh();
    choose({ entity });
    if (near.length) map.fit({ entities: [entity, ...choices.neighbours(entity)] });
  };

  const draw = (paper) => {
    if (map.add(choices.named(paper))) refresh();
    choose({ paper });
    map.fit({ entities: choices.named(paper) });
  };

  /* ---- filters ---- */

  const check = (content, count, isOn, change) => {
    const box = make("input", { type: "checkbox" });
    box.checked = isOn;
    box.addEventListener("change", () => change(box.checked));
    return [make("label", { class: "check" }, box, content, make("span", { class: "figure" }, number(count))), box];
  };

  const typeBoxes = new Map();
  const filters = () => {
    const held = new Map(model.types.map((type) => [type, 0]));
    for (const entity of model.entities) held.set(entity.type, held.get(entity.type) + 1);
    for (const type of model.types) {
      const toggle = (on) => {
        state.types[on ? "add" : "delete"](type.name);
        choices.write();
        refresh();
      };
      const [label, box] = check([mark(type), make("span", {}, type.label)], held.get(type), true, toggle);
      label.title = type.about;
      typeBoxes.set(type.name, box);
      byElementId("types").append(label);
    }
    const said = model.relations.map(() => 0);
    for (const pair of model.pairs.values()) for (const link of pair.links) said[link.relation] += 1;
    for (const [at, relation] of model.relations.entries()) {
      const toggle = (on) => {
        state.relations[on ? "add" : "delete"](at);
        refresh();
      };
      byElementId("relations").append(check(make("span", { class: "stroke" }, relation.label), said[at], true, toggle)[0]);
    }
    const shared = [...model.pairs.values()].filter((pair) => pair.shared > 0).length;
    const company = (on) => {
      state.company = on;
      refresh();
    };
    byElementId("relations").append(check(make("span", { class: "stroke dotted" }, "in the same papers"), shared, true, company)[0]);

    const least = byElementId("least");
    least.max = Math.max(2, Math.min(20, Math.max(0, ...model.entities.map((entity) => entity.value))));
    least.addEventListener("input", () => {
      state.least = Number(least.value);
      byElementId("least-value").textContent = least.value;
      refresh();
    });
  };

  const everything = () => {
    const all = byElementId("all");
    const ask = byElementId("ask");
    const turn = (on) => {
      state.all = on;
      all.checked = on;
      ask.hidden = true;
      tell();
      map.restart();
      if (state.view === "table") table.draw();
    };
    all.closest("label").hidden = model.entities.length <= model.core;
    byElementId("all-label").textContent = `Show all ${number(model.entities.length)} entities`;
    all.addEventListener("change", () => {
      if (!all.checked || model.entities.length <= SLOW) return turn(all.checked);
      all.checked = false;
      byElementId("ask-text").textContent = `Drawing ${number(model.entities.length)} entities may be slow on this machine.`;
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
    for (const id of ["map", "zoom", "save"]) byElementId(id).hidden = name !== "map";
    byElementId("table").hidden = name !== "table";
    if (name === "table") table.draw();
    else map.redraw();
  };

  const stored = {
    get: () => {
      try {
        return localStorage.getItem("theme") || "";
      } catch {
        return ""; // a browser may refuse to store for a file
      }
    },
    set: (value) => {
      try {
        localStorage.setItem("theme", value);
      } catch {
        /* then the choice holds for this visit */
      }
    },
  };

  const theme = () => {
    const menu = byElementId("theme");
    const apply = () => {
      root.dataset.theme = menu.value;
      map.repaint();
    };
    menu.value = stored.get();
    root.dataset.theme = menu.value;
    menu.addEventListener("change", () => {
      stored.set(menu.value);
      apply();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", apply);
  };

  const buttons = () => {
    const clicked = (id, act) => byElementId(id).addEventListener("click", act);
    clicked("closer", () => map.zoom(1.4));
    clicked("farther", () => map.zoom(1 / 1.4));
    clicked("fit", () => map.fit());
    clicked("save", () => map.picture("graph.png"));
    clicked("as-map", () => view("map"));
    clicked("as-table", () => view("table"));
    clicked("skip", (event) => {
      event.preventDefault();
      view("table");
      byElementId("table").focus();
    });
    clicked("more", () => {
      const open = byElementId("side").classList.toggle("unfolded");
      byElementId("more").setAttribute("aria-expanded", String(open));
    });
    byElementId("physics").addEventListener("change", (event) => map.physics(event.target.checked));
    document.addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, select, textarea");
      if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        finder.focus();
      } else if (event.key === "Escape" && state.selected) choose(null);
    });
  };

  /* ---- the address ---- */

  const follow = () => {
    const { node, paper, query, types } = choices.read();
    const known = new Set(model.types.map((type) => type.name));
    state.types = types ? new Set(types.filter((name) => known.has(name))) : known;
    for (const [name, box] of typeBoxes) box.checked = state.types.has(name);
    const entity = node ? search.named(node) : null;
    const found = paper ? model.paperById.get(paper) : null;
    refresh();
    choose(entity ? { entity } : found ? { paper: found } : null, { step: false });
    finder.ask(query || "", Boolean(query && !entity && !found));
  };

  byElementId("app").hidden = false;
  theme();
  panel.start(choose);
  table.start(choose);
  filters();
  everything();
  finder.start(choose);
  buttons();
  tell();
  map.start({ pick: choose, expand });
  follow();
  addEventListener("hashchange", follow);
})();
