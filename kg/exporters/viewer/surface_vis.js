/* The surface that draws some thousand nodes: vis-network on a canvas. */

const surface = (() => {
  const LEAST = 2.2; // pixels that a mark is never smaller than
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  let holder = null;
  let network = null;
  let nodes = null;
  let lines = null;
  let told = null; // what the map does

  const motion = () => (reduced.matches ? false : { duration: 320, easingFunction: "easeInOutQuad" });

  const asNode = (entity) => {
    const [x, y] = told.spot(entity);
    const r = figures.radius(entity);
    const renderer = ({ ctx, x: at, y: down }) => ({
      drawNode: () => figures.entity(ctx, entity, at, down, Math.max(r, LEAST / network.getScale())),
      nodeDimensions: { width: 2 * r, height: 2 * r },
    });
    return { id: entity.place, x, y, size: r, shape: "custom", ctxRenderer: renderer };
  };

  const asLine = (pair) => {
    const said = choices.links(pair);
    const support = Math.max(0, ...said.map((link) => link.papers));
    const line = { id: pair.key, from: pair.one.place, to: pair.two.place };
    const apart = model.groups.length && pair.one.group !== pair.two.group;
    if (apart || (!said.length && pair.one.paper)) return { ...line, color: figures.colours()[apart ? "faint" : "line"], width: apart ? 1 : 1.5, dashes: false, arrows: "" };
    if (!said.length) return { ...line, color: figures.colours().faint, width: 2, dashes: [2, 7], arrows: "" };
    const points = (end) => said.some((link) => link.tail === end.place && !model.relations[link.relation].symmetric);
    const arrows = model.page.arrows ? [points(pair.two) ? "to" : "", points(pair.one) ? "from" : ""].join() : "";
    return { ...line, color: figures.colours().line, width: 2 + Math.min(5, 1.5 * Math.log2(support)), dashes: false, arrows };
  };

  /** Draw these and no others; what stays is not touched. */
  const draw = (entities, wanted) => {
    const places = new Set(entities.map((entity) => entity.place));
    lines.remove(lines.getIds().filter((key) => !wanted.has(key)));
    nodes.remove(nodes.getIds().filter((place) => !places.has(place)));
    nodes.add(entities.filter((entity) => !nodes.get(entity.place)).map(asNode));
    const changed = [];
    for (const pair of wanted.values()) {
      const line = asLine(pair);
      const old = lines.get(pair.key);
      if (!old || old.width !== line.width || old.color !== line.color) changed.push(line);
    }
    lines.update(changed);
    const many = lines.length > 1500;
    network.setOptions({ interaction: { hideEdgesOnDrag: many, hideEdgesOnZoom: many } });
  };

  const clear = () => {
    lines.clear();
    nodes.clear();
  };

  const has = (entity) => Boolean(nodes.get(entity.place));

  const fit = (entities, still) => {
    const drawn = entities.filter(has).map((entity) => entity.place);
    if (drawn.length) network.fit({ nodes: drawn, maxZoomLevel: 1.6, animation: still ? false : motion() });
  };

  const zoom = (factor) =>
    network.moveTo({ scale: Math.min(6, Math.max(0.03, network.getScale() * factor)), animation: motion() });

  const moveTo = (entity, scale) =>
    network.moveTo({ position: network.getPosition(entity.place), scale, animation: motion() });

  /** Say where on the map an entity is drawn, in pixels from the upper left corner. */
  const where = (entity) => network.canvasToDOM(network.getPosition(entity.place));

  const over = (context) => {
    const canvas = context.canvas;
    const size = [canvas.clientWidth, canvas.clientHeight];
    const ratio = canvas.width / size[0];
    const { a, e, f } = context.getTransform();
    const positions = network.getPositions();
    const at = (entity) => {
      const { x, y } = positions[entity.place] || { x: 1e9, y: 1e9 };
      return [(a * x + e) / ratio, (a * y + f) / ratio];
    };
    context.save();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    told.over(context, { at, size, scale: network.getScale() });
    context.restore();
  };

  const start = (element, does) => {
    holder = element;
    told = does;
    nodes = new vis.DataSet();
    lines = new vis.DataSet();
    network = new vis.Network(holder, { nodes, edges: lines }, {
      physics: { enabled: false, stabilization: false, solver: "forceAtlas2Based" },
      layout: { improvedLayout: false },
      edges: { smooth: false, hoverWidth: 0, selectionWidth: 0, chosen: false, arrowStrikethrough: false },
      nodes: { chosen: false },
      interaction: { hover: true, selectConnectedEdges: false, tooltipDelay: 86400000, zoomSpeed: 0.7 },
    });
    holder.querySelector(".vis-network").tabIndex = -1; // it answers no key
    network.on("afterDrawing", over);
    network.on("click", ({ nodes: [place], edges: [key] }) => {
      network.unselectAll();
      const pair = key === undefined ? null : { pair: model.pairs.get(key) };
      does.pick(place === undefined ? pair : { entity: model.entities[place] });
    });
    network.on("doubleClick", ({ pointer }) => {
      const place = network.getNodeAt(pointer.DOM);
      if (place !== undefined) does.expand(model.entities[place]);
    });
    network.on("hoverNode", ({ node }) => {
      holder.style.cursor = "pointer";
      does.hover(model.entities[node]);
    });
    network.on("blurNode", () => {
      holder.style.cursor = "";
      does.hover(null);
    });
    network.on("hoverEdge", () => (holder.style.cursor = "pointer"));
    network.on("blurEdge", () => (holder.style.cursor = ""));
  };

  return {
    start,
    draw,
    clear,
    has,
    fit,
    zoom,
    moveTo,
    where,
    scale: () => network.getScale(),
    redraw: () => network.redraw(),
    restyle: () => lines?.update(lines.get().map((line) => asLine(model.pairs.get(line.id)))),
    physics: (enabled) => network.setOptions({ physics: { enabled } }),
    canvases: () => [holder.querySelector("canvas")],
    isFast: false,
  };
})();
