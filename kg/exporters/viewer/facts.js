/* Pieces of the details: buttons that lead on, sections, lists that unfold, tables of results. */

const facts = (() => {
  let go = null; // choose something else

  const entityButton = (entity, extra = null) =>
    make(
      "button",
      { type: "button", class: "link", onclick: () => go({ entity }) },
      mark(entity.type, model.groups.length ? figures.group(entity.group) : undefined),
      bdi(entity.label),
      extra,
    );

  const paperButton = (paper) =>
    make("button", { type: "button", class: "link title", onclick: () => go({ paper }) }, bdi(paper.title));

  const kind = (type, text) => make("p", { class: "kind" }, type ? mark(type) : null, make("span", {}, text));

  const section = (title, ...children) => make("section", {}, make("h3", {}, title), ...children);

  const listed = (paper) =>
    paper.listings
      ? make("span", {}, paper.listings.map(([page, position]) => `${page}, no. ${position}`).join("; "))
      : null;

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

  /** Group what an entity is linked with by the relation and its direction. */
  const neighbours = (entity) => {
    const groups = new Map();
    const put = (title, order, other, pair, count, word) => {
      if (!groups.has(title)) groups.set(title, { title, order, members: [] });
      groups.get(title).members.push({ other, pair, count, word });
    };
    const papers = ["paper", "papers"];
    const titled = (relation, out) => {
      const { label, symmetric } = model.relations[relation];
      return symmetric ? label : out ? `${label} →` : `← ${label}`;
    };
    for (const pair of entity.pairs) {
      const other = model.other(pair, entity);
      for (const link of pair.links) {
        const out = link.head === entity.place;
        put(titled(link.relation, out), link.relation * 2 + !out, other, pair, link.papers, papers);
      }
      for (const claim of pair.claims.filter((each) => each.status !== 0)) {
        const said = titled(claim.relation, claim.head === entity.place);
        put(`${said} (${model.statuses[claim.status]})`, 900 + claim.relation, other, pair, 1, papers);
      }
      const word = entity.paper && other.paper ? ["entity", "entities"] : papers;
      if (!pair.links.length && pair.shared) put(model.page.together, 999, other, pair, pair.shared, word);
    }
    const count = (member) =>
      make(
        "button",
        {
          type: "button",
          class: "count",
          title: "Show the evidence",
          "aria-label": `${counted(member.count, ...member.word)}, evidence for ${member.other.label}`,
          onclick: () => go({ pair: member.pair }),
        },
        counted(member.count, ...member.word),
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

  /** Show a query, to be copied. */
  const asked = (query) => {
    const copy = make("button", { type: "button", class: "plain" }, "Copy");
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(query);
        copy.textContent = "Copied";
      } catch {
        // A browser may keep the clipboard from a file; then the text is marked for Ctrl+C.
        getSelection().selectAllChildren(code);
        copy.textContent = "Marked: press Ctrl+C";
      }
    });
    const code = make("pre", { tabindex: "0", class: "query" }, query);
    return make("details", { class: "sparql" }, make("summary", {}, "SPARQL for this"), code, copy);
  };

  return {
    start: (choose) => (go = choose),
    ...{ entityButton, paperButton, kind, section, listed, folded, results, drawMore, neighbours, asked },
  };
})();
