/* What is visible, as a picture or as files of other programs. */

const save = (() => {
  const give = (blob, name) => {
    const link = make("a", { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  const picture = () => {
    const canvases = surface.canvases();
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvases[0].width, canvases[0].height];
    const context = copy.getContext("2d");
    context.fillStyle = figures.colours().ground;
    context.fillRect(0, 0, copy.width, copy.height);
    for (const canvas of canvases) context.drawImage(canvas, 0, 0, copy.width, copy.height);
    copy.toBlob((blob) => give(blob, "graph.png"));
  };

  /* ---- tables ---- */

  const FORMULA = /^[\s\u0000-\u0020]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]|^[\t\r\n]/;
  const NUMBER = /^[+-]?\d+([.,]\d+)*(e[+-]?\d+)?$/i;

  /** Spell a value so that no spreadsheet runs it. */
  const cell = (value) => {
    const text = String(value);
    const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
    return /[",\r\n;]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  const csv = (rows) => `\ufeff${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

  const links = () => map.pairs().flatMap((pair) => choices.links(pair).map((link) => ({ ...link, pair })));

  const entities = () =>
    csv([
      ["id", "name", "type", "papers", "mentions", "confidence"],
      ...map.visible().map((e) => [e.id, e.label, e.type.name, e.value, e.mentions, e.confidence]),
    ]);

  const relations = () =>
    csv([
      ["head", "head name", "relation", "tail", "tail name", "papers", "confidence"],
      ...links().map((link) => {
        const [head, tail] = [model.entities[link.head], model.entities[link.tail]];
        return [head.id, head.label, model.relations[link.relation].name, tail.id, tail.label, link.papers, link.confidence];
      }),
    ]);

  /* ---- GraphML, as "kg build" writes it ---- */

  const xml = (value) =>
    String(value)
      .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
      .replace(/[&<>"\t\n\r]/g, (char) => `&#${char.charCodeAt(0)};`);

  const graphml = () => {
    const columns = {
      node: { label: "string", node_type: "string", iri: "string", papers: "int", mentions: "int", confidence: "double", color: "string", size: "double", x: "double", y: "double" },
      edge: { relation: "string", weight: "double", confidence: "double" },
    };
    const cells = (domain, values) =>
      Object.keys(columns[domain])
        .map((name) => `<data key="${domain}_${name}">${xml(values[name])}</data>`)
        .join("");
    const node = (entity) => {
      const [x, y] = map.spot(entity);
      const told = { label: entity.label, node_type: entity.type.name, iri: model.base + entity.id, papers: entity.value, mentions: entity.mentions };
      const drawn = { confidence: entity.confidence, color: entity.type.colour, size: figures.radius(entity), x, y: -y };
      return `<node id="${xml(entity.id)}">${cells("node", { ...told, ...drawn })}</node>`;
    };
    let place = 0;
    const edge = (head, tail, told) =>
      `<edge id="e${place++}" source="${xml(head.id)}" target="${xml(tail.id)}" label="${xml(told.relation)}">${cells("edge", told)}</edge>`;
    const said = links().map((link) => {
      const told = { relation: model.relations[link.relation].name, weight: link.papers, confidence: link.confidence };
      return edge(model.entities[link.head], model.entities[link.tail], told);
    });
    const shared = map
      .pairs()
      .filter((pair) => state.company && pair.shared && !choices.links(pair).length)
      .map((pair) => edge(pair.one, pair.two, { relation: "together", weight: pair.shared, confidence: 1 }));
    const keys = Object.entries(columns).flatMap(([domain, own]) =>
      Object.entries(own).map(([name, type]) => `<key id="${domain}_${name}" for="${domain}" attr.name="${name}" attr.type="${type}"/>`),
    );
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
      ...keys,
      '<graph edgedefault="directed">',
      ...map.visible().map(node),
      ...said,
      ...shared,
      "</graph>",
      "</graphml>",
      "",
    ].join("\n");
  };

  const text = (content, type, name) => give(new Blob([content], { type }), name);

  const start = () => {
    const menu = byElementId("save");
    const acts = {
      "save-png": picture,
      "save-entities": () => text(entities(), "text/csv", "entities.csv"),
      "save-relations": () => text(relations(), "text/csv", "relations.csv"),
      "save-graphml": () => text(graphml(), "application/xml", "graph.graphml"),
    };
    for (const [id, act] of Object.entries(acts)) {
      byElementId(id).addEventListener("click", () => {
        menu.open = false;
        act();
      });
    }
    document.addEventListener("click", (event) => menu.contains(event.target) || (menu.open = false));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  };

  return { start, entities, relations, graphml, cell };
})();
