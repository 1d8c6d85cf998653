/* Details of what is chosen: an entity, two entities that are linked, a paper, or a path. */

const panel = (() => {
  const holder = byElementId("panel");
  const { entityButton, paperButton, kind, section, folded, results } = facts;
  let does = null; // what the buttons do

  const close = () =>
    make(
      "button",
      { type: "button", class: "close", "aria-label": "Close details", title: "Close (Esc)", onclick: () => does.go(null) },
      "×",
    );

  const pathButton = (entity) =>
    make("button", { type: "button", class: "plain", onclick: () => does.askPath(entity) }, "Path to…");

  /* ---- an entity ---- */

  const spokenOf = (entity) => {
    const said = (role) => model.mentionsOf(entity.place, role.paper).length;
    const roles = [...entity.roles].sort((a, b) => a.property - b.property || said(b) - said(a) || a.paper - b.paper);
    const item = (role) => {
      const paper = model.papers[role.paper];
      const [first, ...rest] = model.mentionsOf(entity.place, role.paper);
      const others = rest.length
        ? make("details", {}, make("summary", {}, counted(rest.length, "more mention", "more mentions")))
        : null;
      others?.addEventListener("toggle", () => {
        if (others.childElementCount === 1) others.append(...rest.map((mention) => evidence.show(paper, mention)));
      });
      const part = make("span", { class: "role" }, model.properties[role.property].role);
      return make(
        "li",
        { class: "source" },
        paperButton(paper),
        make("p", { class: "fine" }, part, paper.date ? make("span", {}, paper.date) : null, facts.listed(paper)),
        first ? evidence.show(paper, first) : null,
        others,
      );
    };
    const title =
      entity.value > roles.length
        ? `Papers (${number(roles.length)} of ${number(entity.value)} carried here)`
        : `Papers (${number(entity.value)})`;
    return section(title, ...folded(roles, 6, item));
  };

  /** List the other spellings, of those that differ in case alone the first. */
  const aliases = (entity) => {
    const seen = new Set([entity.label.toLowerCase()]);
    const kept = entity.aliases.filter((alias) => !seen.has(alias.toLowerCase()) && seen.add(alias.toLowerCase()));
    if (!kept.length) return null;
    const names = kept.flatMap((alias, at) => [at ? ", " : "", bdi(alias)]);
    return make("p", { class: "aliases" }, "Also written ", names);
  };

  /** Show what an entity is a kind of, and what is a kind of it. */
  const kinds = (entity) => {
    const list = (title, members) => {
      if (!members.length) return [];
      const sorted = [...members].sort((a, b) => a.other.place - b.other.place);
      const item = ({ other }) => make("li", {}, entityButton(other));
      return [make("h4", {}, title, make("span", {}, number(members.length))), ...folded(sorted, 6, item)];
    };
    const rows = [...list("broader", entity.broader), ...list("narrower", entity.narrower)];
    return rows.length ? section("Kinds", ...rows) : null;
  };

  /** Show where else the same thing is described. */
  const elsewhere = (entity) => {
    const known = entity.addresses.map(safeAddress).filter(Boolean);
    if (!known.length) return null;
    return section("Elsewhere", make("ul", {}, known.map((address) => make("li", {}, anchor(address, bdi(address))))));
  };

  /** Draw in how many papers of each year. */
  const years = (entity) => {
    if (!entity.years.length || model.years.papers.length < 2) return null;
    const { first, papers } = model.years;
    const counts = papers.map((_, year) => model.within(entity, year, year));
    const most = Math.max(...counts);
    const bars = counts.map((count, at) =>
      make("span", { title: `${first + at}: ${counted(count, "paper", "papers")}`, class: count ? "some" : "none" }),
    );
    bars.forEach((bar, at) => bar.style.setProperty("--part", `${Math.round((100 * counts[at]) / most)}%`));
    const told = `${first} to ${first + papers.length - 1}, at most ${counted(most, "paper", "papers")} a year`;
    return make(
      "div",
      { class: "years" },
      make("div", { class: "bars", role: "img", "aria-label": `Papers a year, ${told}` }, bars),
      make("p", { class: "fine ends" }, make("span", {}, String(first)), make("span", {}, String(first + papers.length - 1))),
    );
  };

  const ofEntity = (entity) => {
    const near = facts.neighbours(entity);
    const sure = make("span", {}, `confidence ${entity.confidence}`);
    const head = entity.group >= 0 ? `${entity.type.label}, community of ${model.groups[entity.group]}` : entity.type.label;
    return [
      kind(entity.type, head),
      make("h2", { tabindex: "-1" }, bdi(entity.label)),
      aliases(entity),
      make("p", { class: "fine" }, make("span", {}, counted(entity.value, "paper", "papers")), make("span", {}, counted(entity.mentions, "mention", "mentions")), sure),
      years(entity),
      make(
        "div",
        { class: "acts" },
        facts.drawMore(choices.hidden(choices.neighbours(entity)), ["neighbour", "neighbours"], () => does.expand(entity)),
        pathButton(entity),
      ),
      near.length ? section("Links", ...near) : null,
      kinds(entity),
      entity.results.length ? results(entity.results) : null,
      spokenOf(entity),
      elsewhere(entity),
      facts.asked(sparql.ofEntity(entity)),
    ];
  };

  /* ---- two entities ---- */

  const claim = (one) => {
    const paper = model.papers[one.paper];
    const spans = [one.head, one.tail].flatMap((end) => model.mentionsOf(end, one.paper).map((m) => [m.start, m.end]));
    const [head, tail] = [model.entities[one.head], model.entities[one.tail]];
    return make(
      "li",
      { class: "source" },
      make("p", { class: "claim" }, bdi(head.label), make("em", {}, ` ${model.relations[one.relation].label} `), bdi(tail.label)),
      make("p", { class: "fine" }, make("span", { class: "role" }, model.statuses[one.status]), make("span", {}, `confidence ${one.confidence}`)),
      paperButton(paper),
      evidence.show(paper, one, spans),
    );
  };

  /** Say why two papers, or a paper and an entity, are joined. */
  const ofPaperPair = (paper, other) => {
    if (!other.paper) {
      const said = model.mentionsOf(other.place, paper.place);
      return section(`Mentions (${number(said.length)})`, ...folded(said, 8, (m) => make("li", { class: "source" }, evidence.show(paper, m))));
    }
    const theirs = new Set(choices.named(other.paper));
    const both = choices.named(paper).filter((entity) => theirs.has(entity)).sort((a, b) => a.value - b.value || a.place - b.place);
    return section(`Entities of both (${number(both.length)})`, ...folded(both, 20, (each) => make("li", {}, entityButton(each))));
  };

  const ofPair = (pair) => {
    const claims = [...pair.claims].sort((a, b) => a.relation - b.relation || a.status - b.status || a.paper - b.paper);
    const inBoth = pair.one.roles
      .map((role) => model.papers[role.paper])
      .filter((paper) => paper.roles.some((role) => role.entity === pair.two.place));
    const told = pair.one.paper
      ? [ofPaperPair(pair.one.paper, pair.two)]
      : [
          claims.length ? section(`Claims (${number(claims.length)})`, ...folded(claims, 8, claim)) : null,
          inBoth.length
            ? section(`Papers that speak of both (${number(inBoth.length)})`, ...folded(inBoth, 8, (paper) => make("li", {}, paperButton(paper))))
            : null,
          claims.length ? facts.asked(sparql.ofPair(pair)) : null,
        ];
    return [kind(null, "Link"), make("h2", { class: "two", tabindex: "-1" }, entityButton(pair.one), entityButton(pair.two)), ...told];
  };

  /* ---- a path ---- */

  const ofPath = ({ ends, entities, pairs }) => {
    const heading = make("h2", { class: "two", tabindex: "-1" }, entityButton(ends[0]), entityButton(ends[1]));
    if (!entities.length) {
      return [kind(null, "Path"), heading, make("p", {}, "No way leads from one to the other through what the filters show.")];
    }
    const step = (pair, at) => {
      const from = entities[at];
      const said = choices.links(pair).map((link) => {
        const { label, symmetric } = model.relations[link.relation];
        return symmetric ? label : link.head === from.place ? `${label} →` : `← ${label}`;
      });
      const words = [...new Set(said)].join(", ") || model.page.together;
      return [
        make("li", { class: "step" }, make("button", { type: "button", class: "count", onclick: () => does.go({ pair }) }, words)),
        make("li", {}, entityButton(entities[at + 1])),
      ];
    };
    return [
      kind(null, `Path, ${counted(pairs.length, "step", "steps")}`),
      heading,
      section("Shortest way", make("ol", { class: "way" }, make("li", {}, entityButton(entities[0])), pairs.map(step))),
    ];
  };

  /* ---- a paper ---- */

  const ofPaper = (paper) => {
    const characters = model.characters(paper);
    const rank = (role) => model.entities[role.entity].node_type;
    const roles = [...paper.roles].sort((a, b) => rank(a) - rank(b) || a.property - b.property || a.entity - b.entity);
    const groups = new Map();
    for (const role of roles) {
      if (!groups.has(role.property)) groups.set(role.property, []);
      groups.get(role.property).push(model.entities[role.entity]);
    }
    const spans = paper.roles
      .flatMap((role) => model.mentionsOf(role.entity, paper.place))
      .map((mention) => [mention.start, mention.end])
      .sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    const begin = Array.from(paper.title).length + 1;
    const address = paper.url ? safeAddress(paper.url) : null;
    const origin = paper.source ? `${paper.source}${paper.line ? `, line ${number(paper.line)}` : ""}` : null;
    const near = paper.node ? facts.neighbours(paper.node).slice(0) : [];
    const missing = "The text is not part of this file; facts name their place in it.";
    return [
      kind(null, "Paper"),
      make("h2", { class: "long", tabindex: "-1" }, bdi(paper.title)),
      paper.authors ? make("p", { class: "aliases" }, bdi(paper.authors.join(", "))) : null,
      make(
        "p",
        { class: "fine" },
        make("span", {}, bdi(paper.id)),
        paper.date ? make("span", {}, paper.date) : null,
        origin ? make("span", {}, origin) : null,
        facts.listed(paper),
      ),
      address ? make("p", {}, anchor(address, "Open the paper")) : null,
      make(
        "div",
        { class: "acts" },
        facts.drawMore(choices.hidden(choices.named(paper)), ["entity", "entities"], () => does.draw(paper)),
        paper.node ? pathButton(paper.node) : null,
      ),
      paper.node
        ? section("Links", ...near)
        : section(
            `Entities (${number(roles.length)})`,
            ...[...groups].flatMap(([property, members]) => [
              make("h4", {}, model.properties[property].label),
              make("ul", { class: "inline" }, members.map((entity) => make("li", {}, entityButton(entity)))),
            ]),
          ),
      paper.results.length ? results(paper.results) : null,
      paper.carried
        ? section("Abstract", make("div", { class: "abstract" }, evidence.quotation(paper, begin, characters.length, spans)))
        : section("Abstract", make("p", { class: "fine" }, make("span", {}, missing))),
      facts.asked(sparql.ofPaper(paper)),
    ];
  };

  const wait = ({ entity }) => [
    make("h2", { tabindex: "-1" }, entity ? bdi(entity.label) : ""),
    make("p", { class: "fine", role: "status" }, "Reading the details…"),
  ];

  /** Show what is chosen, or nothing. */
  const show = (selected) => {
    holder.hidden = !selected;
    if (!selected) return holder.replaceChildren();
    const { entity, pair, paper, path } = selected;
    const content = !model.isWhole
      ? wait(selected)
      : path
        ? ofPath(path)
        : pair
          ? ofPair(pair)
          : paper || entity.paper
            ? ofPaper(paper || entity.paper)
            : ofEntity(entity);
    holder.replaceChildren(close(), ...content.filter(Boolean));
    holder.scrollTop = 0;
    return holder;
  };

  return { show, start: (acts) => (does = acts) };
})();
