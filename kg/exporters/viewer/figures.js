/* How marks and lines look, in the colours of the theme. */

const figures = (() => {
  /* Paul Tol's muted scheme: told apart by the colour-blind too. */
  const GROUPS = ["#332288", "#88ccee", "#44aa99", "#117733", "#999933", "#ddcc77", "#cc6677", "#882255", "#aa4499"];
  const REST = "#8b949c";
  let colours = null;

  /** Say the colour of a community as the style knows it. */
  const group = (number) => GROUPS[number] || REST;

  /** Say what colour an entity has: that of its community, if the page shows communities. */
  const colour = (entity) =>
    model.groups.length ? colours.groups[entity.group] || REST : colours.types.get(entity.type);

  /* Areas grow with support; where much is supported by very many, all are drawn smaller. */
  let growth = 0;
  const radius = (entity) => {
    growth ||= Math.min(4, 33 / Math.sqrt(Math.max(1, model.held.most)));
    return entity.paper ? 5 + 1.6 * Math.sqrt(entity.value) : 6.5 + growth * Math.sqrt(entity.value);
  };

  const mixed = (hex, other, share) => {
    const parts = (text) => [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
    const [one, two] = [parts(hex), parts(other)];
    return `rgb(${one.map((part, at) => Math.round(part * (1 - share) + two[at] * share)).join()})`;
  };

  /** Read the colours of the theme from the style. */
  const read = () => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const dark = colour("scheme") === "dark";
    colours = {
      ground: colour("ground"),
      ink: colour("ink"),
      soft: colour("soft"),
      line: colour("line"),
      faint: colour("faint"),
      accent: colour("accent"),
      font: getComputedStyle(document.body).fontFamily,
      types: new Map(model.types.map((t) => [t, dark ? mixed(t.colour, "#ffffff", 0.22) : t.colour])),
      groups: GROUPS.map((own) => (dark ? mixed(own, "#ffffff", 0.22) : own)),
    };
  };

  const trace = (context, shape, x, y, r) => {
    const points = corners(shape, x, y, r);
    context.beginPath();
    if (!points) context.arc(x, y, r, 0, 2 * Math.PI);
    else points.forEach(([px, py], at) => (at ? context.lineTo(px, py) : context.moveTo(px, py)));
    context.closePath();
  };

  /** Draw the mark of an entity. */
  const entity = (context, which, x, y, r, rim) => {
    trace(context, which.type.shape, x, y, r);
    context.fillStyle = colour(which);
    context.fill();
    context.lineWidth = rim ? rim.width : 1.5;
    context.strokeStyle = rim ? rim.colour : colours.ground;
    context.stroke();
  };

  /** Draw the line of a pair with heads, as the links between the two run. */
  const link = (context, pair, at, scale) => {
    const [[x1, y1], [x2, y2]] = [at(pair.one), at(pair.two)];
    const said = choices.links(pair);
    const far = Math.hypot(x2 - x1, y2 - y1) || 1;
    const [dx, dy] = [(x2 - x1) / far, (y2 - y1) / far];
    context.strokeStyle = context.fillStyle = said.length ? colours.accent : colours.soft;
    const size = Math.min(1, 0.35 + scale);
    context.lineWidth = (said.length ? 1.6 : 1) * size;
    context.setLineDash(said.length ? [] : [2, 4]);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
    for (const [end, x, y, sign] of [[pair.two, x2, y2, 1], [pair.one, x1, y1, -1]]) {
      const points = (each) => each.tail === end.place && !model.relations[each.relation].symmetric;
      if (!said.some(points)) continue;
      const gap = radius(end) * scale + 2;
      const [tx, ty] = [x - sign * dx * gap, y - sign * dy * gap];
      context.beginPath();
      context.moveTo(tx, ty);
      const [long, wide] = [9 * size, 3.8 * size];
      context.lineTo(tx - sign * dx * long - dy * wide, ty - sign * dy * long + dx * wide);
      context.lineTo(tx - sign * dx * long + dy * wide, ty - sign * dy * long - dx * wide);
      context.closePath();
      context.fill();
    }
  };

  /** Write along the middle of a line what it stands for. */
  const names = (context, pair, at) => {
    const said = [...new Set(choices.links(pair).map((each) => model.relations[each.relation].label))];
    const [[x1, y1], [x2, y2]] = [at(pair.one), at(pair.two)];
    context.font = `12.5px ${colours.font}`;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.lineWidth = 5;
    context.lineJoin = "round";
    context.strokeStyle = colours.ground;
    context.fillStyle = colours.accent;
    const place = [said.join(", "), (x1 + x2) / 2, (y1 + y2) / 2];
    context.strokeText(...place);
    context.fillText(...place);
    context.textAlign = "start";
  };

  /** Say how a line looks among so many: the more there are, the fainter each. */
  const faded = (name, count) => {
    const share = Math.min(0.75, Math.max(0, 0.45 * Math.log10(count / 250)));
    return share ? mixed(colours[name], colours.ground, share) : colours[name];
  };

  return { read, faded, colours: () => colours, radius, colour, group, entity, link, names };
})();
