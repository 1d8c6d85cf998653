/* The few ways to make elements. Text of strangers only ever becomes a text node. */

const number = (value) => value.toLocaleString("en");
const counted = (value, one, many) => `${number(value)} ${value === 1 ? one : many}`;

/** Make an element; strings among the children become text nodes. */
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null));
  return element;
};

const bdi = (text) => make("bdi", {}, text);
const byElementId = (id) => document.getElementById(id);

/** Give an address that may be opened, or null: what a stranger wrote need not be one. */
const safeAddress = (text) => {
  try {
    const address = new URL(text);
    return ["http:", "https:"].includes(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
};

const anchor = (address, text) =>
  make("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text);

/* Shapes as the map draws them, as corners on a circle of radius 1: [distance, turn / full turn]. */
const SHAPES = {
  square: [0.125, 0.375, 0.625, 0.875].map((turn) => [1.2, turn]),
  diamond: [0, 0.25, 0.5, 0.75].map((turn) => [1.15, turn]),
  triangle: [0, 1 / 3, 2 / 3].map((turn) => [1.25, turn]),
  triangleDown: [1 / 2, 5 / 6, 1 / 6].map((turn) => [1.25, turn]),
  hexagon: [0, 1, 2, 3, 4, 5].map((side) => [1.05, (side + 0.5) / 6]),
  star: Array.from({ length: 10 }, (_, tip) => [tip % 2 ? 0.58 : 1.3, tip / 10]),
};

/** Corners of a shape around a point, or null for a disc. */
const corners = (shape, x, y, radius) =>
  SHAPES[shape]
    ? SHAPES[shape].map(([far, turn]) => [
        x + radius * far * Math.sin(2 * Math.PI * turn),
        y - radius * far * Math.cos(2 * Math.PI * turn),
      ])
    : null;

/** Draw the mark of an entity type for a legend. */
const mark = (type, colour = type.colour) => {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const points = corners(type.shape, 8, 8, 5.2);
  const figure = document.createElementNS(namespace, points ? "polygon" : "circle");
  if (points) figure.setAttribute("points", points.map((point) => point.join()).join(" "));
  else for (const [name, value] of [["cx", 8], ["cy", 8], ["r", 5.2]]) figure.setAttribute(name, value);
  svg.style.setProperty("--own", colour);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  svg.append(figure);
  return svg;
};
