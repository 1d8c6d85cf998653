/* The picture: vis-network moves, zooms and finds what is clicked; labels and highlights are drawn
   over it, so that a selection touches nothing but itself. */

const map = (() => {
  const holder = byElementId("map");
  const SPACE = 58; // free distance around an entity that is added to the picture
  const LEAST = 2.2; // pixels that a mark is never smaller than
  const reduced = matchMedia("(prefers-reduced-motion: reduce)");
  const placed = new Map(); // positions of entities that were added
  let network = null;
  let nodes = null;
  let lines = null;
  let visible = [];
  let hovered = null;
  let upright = false;

  /** Say where an entity goes; on a screen that is higher than wide the picture lies on its side. */
  const spot = (entity) => {
    const own = state.all ? null : entity.core || placed.get(entity);
    const [x, y] = own || [entity.x, entity.y];
    return upright && !placed.has(entity) ? [y, x] : [x, y];
  };

  const asNode = (entity) => {
    const [x, y] = spot(entity);
    const r = figures.radius(entity);
    const renderer = ({ ctx, x: at, y: down }) => ({
      drawNode: () => figures.entity(ctx, entity.type, at, down, Math.max(r, LEAST / network.getScale())),
      nodeDimensions: { width: 2 * r, height: 2 * r },
    });
    return { id: entity.place, x, y, size: r, shape: "custom", ctxRenderer: renderer };
  };

  const asLine = (pair) => {
    const said = choices.links(pair);
    const support = Math.max(0, ...said.map((link) => link.papers));
    const line = { id: pair.key, from: pair.one.place, to: pair.two.place };
    return said.length
      ? { ...line, color: figures.colours().line, width: 2 + Math.min(5, 1.5 * Math.log2(support)), dashes: false }
      : { ...line, color: figures.colours().faint, width: 2, dashes: [2, 7] };
  };

  /* ---- what is drawn ---- */

  /** Find a free place near a point, turning outwards. */
  const free = (x, y, taken) => {
    for (let step = 1; step < 4000; step += 1) {
      const far = 34 * Math.sqrt(step + 2);
      const place = [x + far * Math.cos(2.4 * step) * 1.3, y + far * Math.sin(2.4 * step)];
      if (taken.every(([a, b]) => Math.hypot(a - place[0], b - place[1]) > SPACE)) return place;
    }
    return [x, y];
  };

  /** Add entities to the picture, each near one that is drawn already; say whether there were any. */
  const add = (entities, anchor = null) => {
    const fresh = entities.filter(
      (entity) => !state.all && !entity.core && !state.extra.has(entity),
    );
    const drawn = [...model.entities.slice(0, model.core), ...state.extra];
    const taken = drawn.map(spot);
    for (const entity of fresh) {
      const near = anchor && anchor !== entity ? anchor : neighbour(entity);
      const [x, y] = near
        ? spot(near)
        : [0, Math.max(0, ...taken.map((place) => place[1])) + 2 * SPACE];
      const place = free(x, y, taken);
      placed.set(entity, place);
      taken.push(place);
      state.extra.add(entity);
    }
    return fresh.length > 0;
  };

  const neighbour = (entity) => {
    const others = entity.pairs.map((pair) => model.other(pair, entity));
    return others.find((other) => other.core || state.extra.has(other)) || null;
  };

  /** Bring what is drawn in line with what is chosen; what stays is not touched. */
  const update = () => {
    visible = choices.shown();
    const inside = new Set(visible);
    const wanted = new Map();
    for (const entity of visible)
      for (const pair of entity.pairs)
        if (pair.one === entity && inside.has(pair.two) && choices.linked(pair)) wanted.set(pair.key, pair);
    const places = new Set(visible.map((entity) => entity.place));
    lines.remove(lines.getIds().filter((key) => !wanted.has(key)));
    nodes.remove(nodes.getIds().filter((place) => !places.has(place)));
    nodes.add(visible.filter((entity) => !nodes.get(entity.place)).map(asNode));
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

  /* ---- over the picture: focus and labels ---- */

  /** Tell what stands out: entities, and pairs whose lines do. */
  const focus = () => {
    const { entity, pair, paper } = state.selected || {};
    const inside = new Set(visible);
    if (entity && inside.has(entity)) {
      const near = entity.pairs.filter(
        (each) => inside.has(model.other(each, entity)) && choices.linked(each),
      );
      return { chief: [entity], others: near.map((each) => model.other(each, entity)), pairs: near };
    }
    if (pair) return { chief: [pair.one, pair.two].filter((e) => inside.has(e)), others: [], pairs: [pair] };
    if (paper) {
      return { chief: [], others: choices.named(paper).filter((each) => inside.has(each)), pairs: [] };
    }
    const hits = state.hits.filter((hit) => inside.has(hit));
    return hits.length ? { chief: hits, others: [], pairs: [] } : null;
  };

  const drawOver = (context) => {
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
    const standing = focus();
    const scale = network.getScale();
    if (standing) {
      context.globalAlpha = 0.84;
      context.fillStyle = figures.colours().ground;
      context.fillRect(0, 0, ...size);
      context.globalAlpha = 1;
      for (const pair of standing.pairs) figures.link(context, pair, at, scale);
      if (state.selected?.pair) figures.names(context, state.selected.pair, at);
      for (const entity of standing.others)
        figures.entity(context, entity.type, ...at(entity), Math.max(figures.radius(entity) * scale, LEAST));
      for (const entity of standing.chief) {
        const rim = { width: 2.5, colour: figures.colours().ink };
        figures.entity(context, entity.type, ...at(entity), Math.max(figures.radius(entity) * scale, 4), rim);
      }
    }
    const strong = new Set([...(standing?.chief || []), ...(hovered ? [hovered] : [])]);
    const order = [...new Set([...strong, ...(standing ? standing.others : visible)])];
    const marks = standing ? order : visible;
    labels.draw(context, { order, marks, strong, all: Boolean(standing), at, size, scale });
    context.restore();
    if (!document.documentElement.dataset.drawn)
      document.documentElement.dataset.drawn = Math.round(performance.now());
  };

  /* ---- moving about ---- */

  const motion = () => (reduced.matches ? false : { duration: 320, easingFunction: "easeInOutQuad" });

  const fit = ({ entities = visible, still = false } = {}) => {
    const drawn = entities.map((entity) => entity.place).filter((place) => nodes.get(place));
    if (!drawn.length) return;
    const options = { nodes: drawn, maxZoomLevel: 1.6 };
    network.fit({ ...options, animation: still ? false : motion() });
  };

  const zoom = (factor) => {
    const scale = Math.min(6, Math.max(0.03, network.getScale() * factor));
    network.moveTo({ scale, animation: motion() });
  };

  /** Say where on the map an entity is drawn, in pixels from the upper left corner. */
  const where = (entity) => network.canvasToDOM(network.getPosition(entity.place));

  /** Bring an entity into view without moving when it is there already. */
  const show = (entity) => {
    if (!nodes.get(entity.place)) return;
    const { x: left, y: top } = where(entity);
    const [wide, high] = [holder.clientWidth, holder.clientHeight];
    const near = left > wide * 0.12 && left < wide * 0.88 && top > high * 0.12 && top < high * 0.88;
    const scale = network.getScale();
    if (near && scale > 0.5) redraw();
    else network.moveTo({ position: network.getPosition(entity.place), scale: Math.max(scale, 0.6), animation: motion() });
  };

  const redraw = () => network.redraw();

  const repaint = () => {
    figures.read();
    if (!lines) return;
    lines.update(lines.get().map((line) => asLine(model.pairs.get(line.id))));
    redraw();
  };

  /** Draw from scratch, as when the picture of all replaces that of some. */
  const restart = () => {
    lines.clear();
    nodes.clear();
    update();
    fit({ still: true });
  };

  const picture = (name) => {
    const canvas = holder.querySelector("canvas");
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [canvas.width, canvas.height];
    const context = copy.getContext("2d");
    context.fillStyle = figures.colours().ground;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
    copy.toBlob((blob) => {
      const link = make("a", { href: URL.createObjectURL(blob), download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  };

  const start = ({ pick, expand }) => {
    upright = holder.clientHeight > 1.1 * holder.clientWidth;
    repaint();
    nodes = new vis.DataSet();
    lines = new vis.DataSet();
    network = new vis.Network(holder, { nodes, edges: lines }, {
      physics: { enabled: false, stabilization: false, solver: "forceAtlas2Based" },
      layout: { improvedLayout: false },
      edges: { smooth: false, hoverWidth: 0, selectionWidth: 0, chosen: false },
      nodes: { chosen: false },
      interaction: { hover: true, selectConnectedEdges: false, tooltipDelay: 86400000, zoomSpeed: 0.7 },
    });
    network.on("afterDrawing", drawOver);
    network.on("click", ({ nodes: [place], edges: [key] }) => {
      network.unselectAll();
      const pair = key === undefined ? null : { pair: model.pairs.get(key) };
      pick(place === undefined ? pair : { entity: model.entities[place] }, { still: true });
    });
    network.on("doubleClick", ({ pointer }) => {
      const place = network.getNodeAt(pointer.DOM);
      if (place !== undefined) expand(model.entities[place]);
    });
    network.on("hoverNode", ({ node }) => {
      hovered = model.entities[node];
      holder.style.cursor = "pointer";
      redraw();
    });
    network.on("blurNode", () => {
      hovered = null;
      holder.style.cursor = "";
      redraw();
    });
    network.on("hoverEdge", () => (holder.style.cursor = "pointer"));
    network.on("blurEdge", () => (holder.style.cursor = ""));
    update();
    fit({ still: true });
  };

  const physics = (enabled) => network.setOptions({ physics: { enabled } });

  return { start, update, restart, add, fit, zoom, show, where, redraw, repaint, picture, physics };
})();
