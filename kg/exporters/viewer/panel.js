/* Details of what is chosen: an entity, two entities that are linked, or a paper. */

const panel = (() => {
  const holder = byElementId("panel");
  let go = null; // choose something else

  /* ---- pieces ---- */

  const entityButton = (entity, extra = null) =>
    make(
      "button",
      { type: "button", class: "link", onclick: () => go({ entity }) },
      mark(entity.type),
      bdi(entity.label),
      extra,
    );

  const paperButton = (paper) =>
    make("button", { type: "button", class: "link title", onclick: () => go({ paper }) }, bdi(paper.title));

  const kind = (type, text) =>
    make("p", { class: "kind" }, type ? mark(type) : null, make("span", {}, text));

  const section = (title, ...children) => make("section", {}, make("h3", {}, title), ...children);

  /** Show the first items of a list, and the others when asked. */
  const folded = (items, limit, draw, tag = "ul") => {
    const list = make(tag, {}, items.slice(0, limit).map(draw));
    if (items.length <= limit) return [list];
    const button = make("button", { type: "button", class: "more" }, `Show all ${number(items.length)}`);
    button.addEventListener("click", () => {
      const rest = items.slice(limit).map(draw);
      list.append(...rest);
      button.remove();
      rest[0].querySelector("button, a")?.focus();
    });
    return [list, button];
  };

  /* ---- parts that several panels have ---- */

  const results = (items) => {
    const filler = ([slot, who]) => [
      make("dt", {}, model.slots[slot]),
      make("dd", {}, model.entities[who] ? entityButton(model.entities[who]) : bdi(String(who))),
    ];
    const aside = (item) =>
      [model.kinds[item.kind], item.status ? model.statuses[item.status] : ""].filter(Boolean).join(", ");
    const row = (item) => {
      const paper = model.papers[item.paper];
      return make(
        "tr",
        {},
        make("td", { class: "value" }, bdi(item.value), make("span", { class: "fine" }, aside(item))),
        make("td", {}, make("dl", { class: "slots" }, item.links.map(filler)), paperButton(paper), evidence.show(paper, item)),
      );
    };
    const [body, more = null] = folded(items, 5, row, "tbody");
    const head = ["Value", "Of what, and where"].map((name) => make("th", { scope: "col" }, name));
    return section(
      `Results (${number(items.length)})`,
      make("table", {}, make("thead", { class: "unseen" }, make("tr", {}, head)), body),
      more,
    );
  };

  /** Offer to draw what is not on the map yet. */
  const drawMore = (missing, words, act) =>
    missing.length
      ? make("button", { type: "button", class: "plain", onclick: act }, `Draw ${counted(missing.length, `more ${words[0]}`, `more ${words[1]}`)}`)
      : null;

  const close = () =>
    make(
      "button",
      { type: "button", class: "close", "aria-label": "Close details", title: "Close (Esc)", onclick: () => go(null) },
      "×",
    );

  /* ---- an entity ---- */

  const neighbours = (entity) => {
    const groups = new Map();
    const put = (title, order, other, pair, count) => {
      if (!groups.has(title)) groups.set(title, { title, order, members: [] });
      groups.get(title).members.push({ other, pair, count });
    };
    const titled = (relation, out) => {
      const { label, symmetric } = model.relations[relation];
      return symmetric ? label : out ? `${label} →` : `← ${label}`;
    };
    for (const pair of entity.pairs) {
      const other = model.other(pair, entity);
      for (const link of pair.links) {
        const out = link.head === entity.place;
        put(titled(link.relation, out), link.relation * 2 + !out, other, pair, link.papers);
      }
      for (const claim of pair.claims.filter((each) => each.status !== 0)) {
        const said = titled(claim.relation, claim.head === entity.place);
        put(`${said} (${model.statuses[claim.status]})`, 900 + claim.relation, other, pair, 1);
      }
      if (!pair.links.length && pair.shared) put("in the same papers", 999, other, pair, pair.shared);
    }
    const count = (member) =>
      make(
        "button",
        {
          type: "button",
          class: "count",
          title: "Show the evidence",
          "aria-label": `Evidence for ${member.other.label}`,
          onclick: () => go({ pair: member.pair }),
        },
        counted(member.count, "paper", "papers"),
      );
    return [...groups.values()]
      .sort((a, b) => a.order - b.order)
      .map((group) => {
        group.members.sort((a, b) => b.count - a.count || a.other.place - b.other.place);
        const item = (member) => make("li", { class: "pair" }, entityButton(member.other), count(member));
        return [make("h4", {}, group.title, make("span", {}, number(group.members.length))), ...folded(group.members, 7, item)];
      })
      .flat();
  };

  const spokenOf = (entity) => {
    const roles = [...entity.roles].sort(
      (a, b) => a.property - b.property || model.mentionsOf(entity.place, b.paper).length - model.mentionsOf(entity.place, a.paper).length || a.paper - b.paper,
    );
    const item = (role) => {
      const paper = model.papers[role.paper];
      const [first, ...rest] = model.mentionsOf(entity.place, role.paper);
      const others = rest.length
        ? make("details", {}, make("summary", {}, counted(rest.length, "more mention", "more mentions")))
        : null;
      others?.addEventListener("toggle", () => {
        if (others.childElementCount === 1) others.append(...rest.map((mention) => evidence.show(paper, mention)));
      });
      return make(
        "li",
        { class: "source" },
        paperButton(paper),
        make("p", { class: "fine" }, make("span", { class: "role" }, model.properties[role.property].role), paper.date ? make("span", {}, paper.date) : null, listed(paper)),
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

  const listed = (paper) =>
    paper.listings
      ? make("span", {}, paper.listings.map(([page, position]) => `${page}, no. ${position}`).join("; "))
      : null;

  /** List the other spellings, of those that differ in case alone the first. */
  const aliases = (entity) => {
    const seen = new Set([entity.label.toLowerCase()]);
    const kept = entity.aliases.filter((alias) => !seen.has(alias.toLowerCase()) && seen.add(alias.toLowerCase()));
    if (!kept.length) return null;
    const names = kept.flatMap((alias, at) => [at ? ", " : "", bdi(alias)]);
    return make("p", { class: "aliases" }, "Also written ", names);
  };

  const ofEntity = (entity, expand) => {
    const near = neighbours(entity);
    return [
      kind(entity.type, entity.type.label),
      make("h2", { tabindex: "-1" }, bdi(entity.label)),
      aliases(entity),
      make("p", { class: "fine" }, make("span", {}, counted(entity.value, "paper", "papers")), make("span", {}, counted(entity.mentions, "mention", "mentions"))),
      drawMore(choices.hidden(choices.neighbours(entity)), ["neighbour", "neighbours"], () => expand(entity)),
      near.length ? section("Links", ...near) : null,
      entity.results.length ? results(entity.results) : null,
      spokenOf(entity),
    ];
  };

  /* ---- two entities ---- */

  const ofPair = (pair) => {
    const claims = [...pair.claims].sort((a, b) => a.relation - b.relation || a.status - b.status || a.paper - b.paper);
    const spansOf = (claim) =>
      [claim.head, claim.tail].flatMap((end) => model.mentionsOf(end, claim.paper).map((m) => [m.start, m.end]));
    const item = (claim) => {
      const paper = model.papers[claim.paper];
      return make(
        "li",
        { class: "source" },
        make("p", { class: "claim" }, bdi(model.entities[claim.head].label), make("em", {}, ` ${model.relations[claim.relation].label} `), bdi(model.entities[claim.tail].label)),
        make("p", { class: "fine" }, make("span", { class: "role" }, model.statuses[claim.status]), make("span", {}, `confidence ${claim.confidence}`)),
        paperButton(paper),
        evidence.show(paper, claim, spansOf(claim)),
      );
    };
    const inBoth = pair.one.roles
      .map((role) => model.papers[role.paper])
      .filter((paper) => paper.roles.some((role) => role.entity === pair.two.place));
    return [
      kind(null, "Link"),
      make("h2", { class: "two", tabindex: "-1" }, entityButton(pair.one), entityButton(pair.two)),
      claims.length ? section(`Claims (${number(claims.length)})`, ...folded(claims, 8, item)) : null,
      inBoth.length
        ? section(`Papers that speak of both (${number(inBoth.length)})`, ...folded(inBoth, 8, (paper) => make("li", {}, paperButton(paper))))
        : null,
    ];
  };

  /* ---- a paper ---- */

  const safeAddress = (text) => {
    try {
      const address = new URL(text);
      return ["http:", "https:"].includes(address.protocol) ? address.href : null;
    } catch {
      return null; // what a stranger wrote need not be an address
    }
  };

  const ofPaper = (paper, draw) => {
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
        listed(paper),
      ),
      address
        ? make("p", {}, make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, "Open the paper"))
        : null,
      drawMore(choices.hidden(choices.named(paper)), ["entity", "entities"], () => draw(paper)),
      section(
        `Entities (${number(roles.length)})`,
        ...[...groups].flatMap(([property, members]) => [
          make("h4", {}, model.properties[property].label),
          make("ul", { class: "inline" }, members.map((entity) => make("li", {}, entityButton(entity)))),
        ]),
      ),
      paper.results.length ? results(paper.results) : null,
      paper.carried
        ? section("Abstract", make("div", { class: "abstract" }, evidence.quotation(paper, begin, characters.length, spans)))
        : section("Abstract", make("p", { class: "fine" }, make("span", {}, "The text is not part of this file; facts name their place in it."))),
    ];
  };

  /** Show what is chosen, or nothing. */
  const show = (selected, { expand, draw }) => {
    holder.hidden = !selected;
    if (!selected) return holder.replaceChildren();
    const { entity, pair, paper } = selected;
    const content = entity ? ofEntity(entity, expand) : pair ? ofPair(pair) : ofPaper(paper, draw);
    holder.replaceChildren(close(), ...content.filter(Boolean));
    holder.scrollTop = 0;
    return holder;
  };

  return { show, start: (choose) => (go = choose), entityButton, paperButton };
})();
