/* The filters, which are the legend too. */

const filters = (() => {
  const typeBoxes = new Map();
  let changed = null; // what follows a change

  const check = (content, count, isOn, change, title = null) => {
    const box = make("input", { type: "checkbox" });
    box.checked = isOn;
    box.addEventListener("change", () => change(box.checked));
    const figure = make("span", { class: "figure" }, number(count));
    return [make("label", { class: "check", title }, box, content, figure), box];
  };

  const toggle = (which, member) => (on) => {
    state[which][on ? "add" : "delete"](member);
    changed();
  };

  const types = () => {
    for (const [at, type] of model.types.entries()) {
      const held = model.held.types[at];
      if (!held && model.carried) continue;
      const colour = model.groups.length ? "var(--soft)" : type.colour;
      const change = toggle("types", type.name);
      const [label, box] = check([mark(type, colour), make("span", {}, type.label)], held, true, change, type.about);
      typeBoxes.set(type.name, box);
      byElementId("types").append(label);
    }
  };

  /** List the communities, the large ones first. */
  const groups = () => {
    byElementId("group-set").hidden = !model.groups.length;
    const rows = model.groups.map((name, at) => {
      const dot = make("span", { class: "dot" });
      dot.style.setProperty("--own", figures.group(at));
      return check([dot, make("span", { class: "clip" }, bdi(name))], model.held.groups[at], true, toggle("groups", at), name)[0];
    });
    byElementId("groups").append(...rows.slice(0, 12));
    if (rows.length > 12) {
      const more = make("button", { type: "button", class: "more" }, `Show all ${number(rows.length)}`);
      more.addEventListener("click", () => {
        more.remove();
        byElementId("groups").append(...rows.slice(12));
      });
      byElementId("groups").append(more);
    }
  };

  const relations = () => {
    const holder = byElementId("relations");
    const said = model.held.relations;
    for (const [at, relation] of model.relations.entries()) {
      if (!said[at]) continue;
      const change = toggle("relations", at);
      const isOn = state.relations.has(at);
      holder.append(check(make("span", { class: "stroke" }, relation.label), said[at], isOn, change)[0]);
    }
    const shared = model.held.together;
    const company = (on) => {
      state.company = on;
      changed();
    };
    if (!shared) return;
    const line = make("span", { class: "stroke dotted" }, model.page.together);
    holder.append(check(line, shared, state.company, company)[0]);
  };

  const slider = (id, shown, change) => {
    const field = byElementId(id);
    field.addEventListener("input", () => {
      byElementId(`${id}-value`).textContent = shown(Number(field.value));
      change(Number(field.value));
      changed();
    });
    return field;
  };

  const support = () => {
    const least = slider("least", String, (value) => (state.least = value));
    least.max = Math.max(2, Math.min(20, model.held.most));
    slider("sure", (value) => value.toFixed(2), (value) => (state.sure = value));
  };

  /** Narrow the years; the bars say how many papers there are of each. */
  const years = () => {
    byElementId("year-set").hidden = !model.years.papers;
    if (!model.years.papers) return;
    const { first, papers } = model.years;
    const [from, to] = [byElementId("from"), byElementId("to")];
    const most = Math.max(...papers);
    const bars = papers.map((count, at) => make("span", { title: `${first + at}: ${counted(count, "paper", "papers")}` }));
    bars.forEach((bar, at) => bar.style.setProperty("--part", `${Math.round((100 * papers[at]) / most)}%`));
    byElementId("year-bars").append(...bars);
    for (const [field, at] of [[from, 0], [to, papers.length - 1]]) {
      field.min = first;
      field.max = first + papers.length - 1;
      field.value = first + at;
      field.addEventListener("input", () => {
        if (Number(from.value) > Number(to.value)) (field === from ? to : from).value = field.value;
        const range = [Number(from.value) - first, Number(to.value) - first];
        state.years = range[0] === 0 && range[1] === papers.length - 1 ? null : range;
        tell();
        changed();
      });
    }
    const tell = () => {
      const [low, high] = [Number(from.value) - first, Number(to.value) - first];
      byElementId("year-value").textContent = low === high ? String(first + low) : `${first + low}–${first + high}`;
      bars.forEach((bar, at) => bar.classList.toggle("out", at < low || at > high));
    };
    tell();
  };

  const start = (follow) => {
    changed = follow;
    types();
    groups();
    relations();
    support();
    years();
  };

  /** Show which types are chosen. */
  const mirror = () => {
    for (const [name, box] of typeBoxes) box.checked = state.types.has(name);
  };

  return { start, mirror };
})();
