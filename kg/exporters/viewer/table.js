/* The same content as tables, for keyboards, screen readers and people who like tables. */

const table = (() => {
  const holder = byElementId("table");
  const STEP = 200; // rows at first, and each time more are asked for
  let order = { column: 2, down: true };
  let page = "entities";
  let go = null;

  const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en"));

  const views = {
    entities: {
      label: "Entities",
      first: { column: 2, down: true },
      columns: ["Name", "Type", "Papers", "Mentions", "Links"],
      figures: [2, 3, 4],
      rows: () =>
        choices.shown().map((entity) => {
          const links = entity.pairs.reduce((sum, pair) => sum + choices.links(pair).length, 0);
          return [entity.label, entity.type.label, entity.value, entity.mentions, links, entity];
        }),
      cells: (row) => [facts.entityButton(row[5]), row[1], ...row.slice(2, 5).map(number)],
    },
    relations: {
      label: "Relations",
      first: { column: 3, down: true },
      columns: ["From", "Relation", "To", "Papers"],
      figures: [3],
      rows: () => {
        const inside = new Set(choices.shown());
        return [...inside].flatMap((entity) =>
          entity.pairs
            .filter((pair) => pair.one === entity && inside.has(pair.two))
            .flatMap((pair) => choices.links(pair).map((link) => {
              const [head, tail] = [model.entities[link.head], model.entities[link.tail]];
              return [head.label, model.relations[link.relation].label, tail.label, link.papers, head, tail, pair];
            })),
        );
      },
      cells: (row) => [
        facts.entityButton(row[4]),
        make("button", { type: "button", class: "link", onclick: () => go({ pair: row[6] }) }, row[1]),
        facts.entityButton(row[5]),
        number(row[3]),
      ],
    },
    papers: {
      label: "Papers",
      first: { column: 0, down: false },
      columns: ["Title", "Date", "Entities", "Results"],
      figures: [2, 3],
      rows: () =>
        model.papers.map((paper) => [paper.title, paper.date || "", paper.roles.length, paper.results.length, paper]),
      cells: (row) => [facts.paperButton(row[4]), row[1], number(row[2]), number(row[3])],
    },
  };

  const body = (view, rows) => {
    const content = make("tbody");
    const more = make("button", { type: "button", class: "more" }, "");
    const grow = () => {
      const from = content.childElementCount;
      content.append(
        ...rows.slice(from, from + STEP).map((row) =>
          make("tr", {}, view.cells(row).map((cell, at) => make("td", { class: view.figures.includes(at) ? "figure" : null }, cell))),
        ),
      );
      const left = rows.length - content.childElementCount;
      more.hidden = left === 0;
      more.textContent = `Show ${number(Math.min(left, STEP))} more of ${number(left)}`;
    };
    more.addEventListener("click", grow);
    grow();
    return [content, more];
  };

  const heading = (figures) => (name, at) =>
    make(
      "th",
      { scope: "col", class: figures.has(at) ? "figure" : null, "aria-sort": order.column === at ? (order.down ? "descending" : "ascending") : null },
      make(
        "button",
        {
          type: "button",
          onclick: () => {
            order = { column: at, down: order.column === at ? !order.down : false };
            draw();
            holder.querySelectorAll("th button")[at].focus();
          },
        },
        name,
      ),
    );

  const draw = () => {
    const view = views[page];
    const { column, down } = order;
    const rows = view.rows().sort((a, b) => (down ? -1 : 1) * compare(a[column], b[column]) || compare(a[0], b[0]));
    const [content, more] = body(view, rows);
    const tabs = Object.entries(views).map(([name, { label, first }]) =>
      make(
        "button",
        {
          type: "button",
          "aria-pressed": String(name === page),
          onclick: () => {
            page = name;
            order = first;
            draw();
            holder.querySelector(`.tabs [aria-pressed="true"]`).focus();
          },
        },
        label,
      ),
    );
    const caption = make("caption", {}, `${view.label}: ${number(rows.length)}`);
    holder.replaceChildren(
      make("div", { class: "tabs", role: "group", "aria-label": "Tables" }, tabs),
      make("div", { class: "wide" }, make("table", {}, caption, make("thead", {}, make("tr", {}, view.columns.map(heading(new Set(view.figures))))), content)),
      more,
    );
  };

  return { draw, start: (choose) => (go = choose) };
})();
