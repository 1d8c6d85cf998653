/* Labels over the picture, in the order of support: each where it hides no other label and no mark,
   or nowhere; those of the best supported may hide a mark if they must. */

const labels = (() => {
  const ROOM = 9000; // square pixels per label
  const NARROW = 600; // pixels; on what is narrower labels are smaller
  const CORNER = [136, 60]; // where the buttons stand that zoom
  const FIRST = 12; // entities whose labels may hide marks
  const LEADERS = 40; // entities whose labels come before the marks of the others
  const LETTERS = 36; // of a label
  const LEAST = 2.2; // pixels that a mark measures whose entity gets a label
  const widths = new Map();

  const shortened = (text) => {
    const letters = Array.from(text.replace(/[\p{Cc}\p{Cf}]/gu, ""));
    return letters.length > LETTERS ? `${letters.slice(0, LETTERS - 1).join("")}…` : letters.join("");
  };

  const widthOf = (context, text, font) => {
    const key = `${font}\n${text}`;
    if (!widths.has(key)) widths.set(key, context.measureText(text).width);
    return widths.get(key);
  };

  /** Keep rectangles in a grid, and say whether a new one is free of them. */
  const occupancy = () => {
    const cells = new Map();
    const over = (box, visit) => {
      for (let column = box[0] >> 6; column <= box[2] >> 6; column += 1)
        for (let row = box[1] >> 6; row <= box[3] >> 6; row += 1) if (visit(`${column},${row}`)) return true;
      return false;
    };
    const touches = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    return {
      isFree: (box, own) =>
        !over(box, (key) => (cells.get(key) || []).some((each) => each !== own && touches(each, box))),
      take: (box) =>
        over(box, (key) => {
          if (!cells.has(key)) cells.set(key, []);
          cells.get(key).push(box);
          return false;
        }),
    };
  };

  /** Label entities: the strong ones in any case, then as many as there is room for. */
  const draw = (context, { order, marks, strong, all, at, size, scale, still }) => {
    const colours = figures.colours();
    const room = occupancy(); // of labels
    const clear = occupancy(); // of marks
    const boxes = new Map(); // of the marks
    const take = (entities) => {
      for (const entity of entities) {
        const r = figures.radius(entity) * scale;
        const [x, y] = at(entity);
        if (r < 2 || boxes.has(entity) || x < -r || y < -r || x > size[0] + r || y > size[1] + r) continue;
        const box = [x - r, y - r, x + r, y + r];
        boxes.set(entity, box);
        clear.take(box);
      }
    };
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const isNarrow = size[0] < NARROW;
    const most = (size[0] * size[1]) / (isNarrow ? 0.7 * ROOM : ROOM);
    room.take([size[0] - CORNER[0], size[1] - CORNER[1], ...size]);
    let drawn = 0;
    const label = (entity, leads = false) => {
      const [x, y] = at(entity);
      if (drawn >= most || x < 0 || y < 0 || x > size[0] || y > size[1]) return;
      const stands = strong.has(entity);
      const grown = 11.5 + Math.sqrt(entity.value) * 0.75;
      const height = isNarrow ? Math.min(grown - 0.5, 13) : Math.min(grown, 16);
      const font = `${stands ? 600 : 400} ${height.toFixed(1)}px ${colours.font}`;
      context.font = font;
      const text = shortened(entity.label);
      const wide = widthOf(context, text, font);
      const r = figures.radius(entity) * scale;
      const half = height * 0.62;
      const spots = [
        [x + r + 4, y],
        [x - wide / 2, y + r + half + 2],
        [x - r - 4 - wide, y],
        [x - wide / 2, y - r - half - 2],
        ...[1, -1].flatMap((down) => [
          [x + r * 0.8 + 1, y + down * (r * 0.7 + half)],
          [x - r * 0.8 - 1 - wide, y + down * (r * 0.7 + half)],
        ]),
      ];
      const around = ([left, middle]) => [left - 2, middle - half, left + wide + 2, middle + half];
      const inside = (box) => box[0] > 0 && box[1] > 0 && box[2] < size[0] && box[3] < size[1];
      const open = spots.filter((each) => inside(around(each)) && room.isFree(around(each)));
      const spot =
        open.find((each) => clear.isFree(around(each), boxes.get(entity))) ||
        (leads && open[0]) ||
        (stands && spots[0]);
      if (!spot) return;
      room.take(around(spot));
      context.lineWidth = 3.5;
      context.strokeStyle = colours.ground;
      context.strokeText(text, ...spot);
      context.fillStyle = colours.ink;
      context.fillText(text, ...spot);
      drawn += 1;
    };
    const leaders = order.slice(0, LEADERS);
    take(leaders);
    leaders.forEach((entity, place) => label(entity, place < FIRST));
    if (!still) return;
    take(marks);
    for (const entity of order.slice(LEADERS))
      if (drawn < most && (all || figures.radius(entity) * scale >= LEAST)) label(entity);
  };

  return { draw };
})();
