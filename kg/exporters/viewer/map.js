/* The picture: a surface moves, zooms and finds what is clicked; labels and highlights are drawn
   over it, so that a selection touches nothing but itself. */

const map = (() => {
  const holder = byElementId("map");
  const SPACE = 58; // free distance around an entity that is added to the picture
  const LEAST = 2.2; // pixels that a mark is never smaller than
  const placed = new Map(); // positions of entities that were added
  let visible = [];
  let inside = new Set(); // the same
  let pairs = new Map(); // that have a line
  let hovered = null;
  let upright = false;
  let stretch = [1, 1]; // so that the picture fills its place
  let isMade = false;

  /** Say where an entity stands that lies with others; on a screen that is higher than wide on its side. */
  const laid = (entity) => {
    const [x, y] = (!state.all && entity.core) || [entity.x, entity.y];
    return upright ? [y, x] : [x, y];
  };

  /** Say where an entity goes. */
  const spot = (entity) => {
    if (!state.all && placed.has(entity)) return placed.get(entity);
    const [x, y] = laid(entity);
    return [x * stretch[0], y * stretch[1]];
  };

  /** Find how far the picture is to be stretched: places say what is near, not how far. */
  const shape = () => {
    stretch = [1, 1];
    const spots = (state.all ? model.entities : model.entities.slice(0, model.core)).map(laid);
    const [wide, high] = [holder.clientWidth, holder.clientHeight];
    if (spots.length < 3 || !wide || !high) return;
    const margin = spots.length > 5000 ? Math.floor(spots.length / 40) : 0;
    const extent = (axis) => {
      const sorted = Float64Array.from(spots, (each) => each[axis]).sort();
      return Math.max(200, sorted[sorted.length - 1 - margin] - sorted[margin]);
    };
    const lack = (wide / high) * (extent(1) / extent(0));
    const most = model.page.arrows ? 3.2 : 1.6;
    if (lack > 1) stretch = [Math.min(lack, most), 1];
    else stretch = [1, Math.min(1 / lack, most)];
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
  const add = (entities, anchorAt = null) => {
    const fresh = entities.filter((entity) => !state.all && !entity.core && !state.extra.has(entity));
    if (!fresh.length) return false;
    const taken = [...model.entities.slice(0, model.core), ...state.extra].map(spot);
    for (const entity of fresh) {
      const near = anchorAt && anchorAt !== entity ? anchorAt : neighbour(entity);
      const [x, y] = near
        ? spot(near)
        : [0, taken.reduce((most, place) => Math.max(most, place[1]), 0) + 2 * SPACE];
      const place = free(x, y, taken);
      placed.set(entity, place);
      taken.push(place);
      state.extra.add(entity);
    }
    return true;
  };

  const neighbour = (entity) => {
    const others = entity.pairs.map((pair) => model.other(pair, entity));
    return others.find((other) => other.core || state.extra.has(other)) || null;
  };

  /** Bring what is drawn in line with what is chosen. */
  const update = () => {
    visible = choices.shown();
    inside = new Set(visible);
    pairs = new Map();
    for (const entity of visible)
      for (const pair of entity.pairs)
        if (pair.one === entity && inside.has(pair.two) && choices.linked(pair)) pairs.set(pair.key, pair);
    surface.draw(visible, pairs);
  };

  /* ---- over the picture: focus and labels ---- */

  /** Tell what stands out: entities, and pairs whose lines do. */
  const focus = () => {
    const { entity, pair, paper, path } = state.selected || {};
    const drawn = (each) => inside.has(each);
    if (path) return { chief: path.entities.filter(drawn), others: [], pairs: path.pairs };
    if (entity && drawn(entity)) {
      const near = entity.pairs.filter((each) => drawn(model.other(each, entity)) && choices.linked(each));
      return { chief: [entity], others: near.map((each) => model.other(each, entity)), pairs: near };
    }
    if (pair) return { chief: [pair.one, pair.two].filter(drawn), others: [], pairs: [pair] };
    if (paper) return { chief: [], others: choices.named(paper).filter(drawn), pairs: [] };
    const hits = state.hits.filter(drawn);
    return hits.length ? { chief: hits, others: [], pairs: [] } : null;
  };

  const drawOver = (context, { at, size, scale, still = true }) => {
    const standing = focus();
    const mark = (entity, least, rim) =>
      figures.entity(context, entity, ...at(entity), Math.max(figures.radius(entity) * scale, least), rim);
    if (standing) {
      context.globalAlpha = 0.84;
      context.fillStyle = figures.colours().ground;
      context.fillRect(0, 0, ...size);
      context.globalAlpha = 1;
      for (const pair of standing.pairs) figures.link(context, pair, at, scale);
      const told = [state.selected?.pair, ...(state.selected?.path?.pairs || [])].filter(Boolean);
      for (const pair of told) figures.names(context, pair, at);
      for (const entity of standing.others) mark(entity, LEAST);
      const rim = { width: 2.5, colour: figures.colours().ink };
      for (const entity of standing.chief) mark(entity, 4, rim);
    }
    const centre = model.page.centre && !standing && inside.has(model.entities[0]) ? [model.entities[0]] : [];
    for (const entity of centre) mark(entity, 6.5, { width: 2.5, colour: figures.colours().ink });
    const strong = new Set([...(standing?.chief || centre), ...(hovered ? [hovered] : [])]);
    const rest = standing ? standing.others : visible;
    const order = strong.size ? [...strong, ...rest.filter((entity) => !strong.has(entity))] : rest;
    labels.draw(context, { order, marks: standing ? order : visible, strong, all: Boolean(standing), at, size, scale, still });
    if (!document.documentElement.dataset.drawn)
      document.documentElement.dataset.drawn = Math.round(performance.now());
  };

  /* ---- moving about ---- */

  const fit = ({ entities = visible, still = false } = {}) => surface.fit(entities, still);

  /** Bring an entity into view without moving when it is there already. */
  const show = (entity) => {
    if (!surface.has(entity)) return;
    const { x: left, y: top } = surface.where(entity);
    const [wide, high] = [holder.clientWidth, holder.clientHeight];
    const near = left > wide * 0.12 && left < wide * 0.88 && top > high * 0.12 && top < high * 0.88;
    const scale = surface.scale();
    if (near && scale > 0.5) surface.redraw();
    else surface.moveTo(entity, Math.max(scale, 0.6));
  };

  const repaint = () => {
    figures.read();
    if (!isMade) return;
    surface.restyle();
    surface.redraw();
  };

  /** Draw from scratch, as when the picture of all replaces that of some. */
  const restart = () => {
    surface.clear();
    shape();
    update();
    fit({ still: true });
  };

  /** Find the line that passes near a point of the map. */
  const lineAt = (x, y, at) => {
    let best = null;
    let least = 5;
    for (const pair of pairs.values()) {
      const [[x1, y1], [x2, y2]] = [at(pair.one), at(pair.two)];
      if (x < Math.min(x1, x2) - 5 || x > Math.max(x1, x2) + 5) continue;
      if (y < Math.min(y1, y2) - 5 || y > Math.max(y1, y2) + 5) continue;
      const [dx, dy] = [x2 - x1, y2 - y1];
      const part = Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy || 1)));
      const far = Math.hypot(x1 + part * dx - x, y1 + part * dy - y);
      if (far < least) [least, best] = [far, pair];
    }
    return best;
  };

  const start = ({ pick, expand }) => {
    upright = holder.clientHeight > 1.1 * holder.clientWidth && !model.page.arrows;
    figures.read();
    shape();
    surface.start(holder, {
      spot,
      expand,
      lineAt,
      over: drawOver,
      pick: (selected) => pick(selected, { still: true }),
      hover: (entity) => {
        hovered = entity;
        surface.redraw();
      },
    });
    isMade = true;
    update();
    fit({ still: true });
  };

  return {
    start,
    update,
    restart,
    add,
    fit,
    show,
    repaint,
    spot,
    visible: () => visible,
    pairs: () => [...pairs.values()],
    zoom: (factor) => surface.zoom(factor),
    where: (entity) => surface.where(entity),
    redraw: () => surface.redraw(),
    physics: (enabled) => surface.physics(enabled),
  };
})();
