"use strict";
/* The data of the page as objects with indexes, and the few ways to make elements of them.
   Text of strangers only ever becomes a text node. */

const model = (() => {
  const data = JSON.parse(document.getElementById("graph-data").textContent);
  let texts = null; // parsed when the first quotation is shown

  /** Turn columns into objects. */
  const objects = (table) => {
    const names = Object.keys(table);
    return table[names[0]].map((_, row) => {
      const item = {};
      for (const name of names) item[name] = table[name][row];
      return item;
    });
  };

  const entities = objects(data.entities);
  entities.forEach((entity, place) => {
    entity.place = place;
    entity.type = data.types[entity.node_type];
    entity.pairs = [];
    entity.roles = [];
    entity.results = [];
    entity.core = data.core[place] || null;
  });
  const papers = data.papers;
  papers.forEach((paper, place) => {
    paper.place = place;
    paper.title = paper.title || paper.id;
    paper.roles = [];
    paper.results = [];
  });

  /* Links are drawn between two entities once, whatever is said of them and in whichever direction. */
  const pairs = new Map();
  const pairOf = (one, two) => {
    const [low, high] = one < two ? [one, two] : [two, one];
    const key = `${low}-${high}`;
    let pair = pairs.get(key);
    if (!pair) {
      pair = { key, one: entities[low], two: entities[high], links: [], claims: [], shared: 0 };
      pairs.set(key, pair);
      pair.one.pairs.push(pair);
      pair.two.pairs.push(pair);
    }
    return pair;
  };
  for (const edge of objects(data.edges)) {
    const link = { head: edge.from, tail: edge.to, relation: edge.relation, papers: edge.value };
    pairOf(edge.from, edge.to).links.push(link);
  }
  for (const [one, two, shared] of data.company) pairOf(one, two).shared = shared;
  for (const claim of objects(data.claims)) pairOf(claim.head, claim.tail).claims.push(claim);

  const mentions = new Map();
  for (const mention of objects(data.mentions)) {
    const key = `${mention.entity}-${mention.paper}`;
    if (!mentions.has(key)) mentions.set(key, []);
    mentions.get(key).push(mention);
  }
  for (const role of objects(data.roles)) {
    entities[role.entity].roles.push(role);
    papers[role.paper].roles.push(role);
  }
  for (const result of objects(data.results)) {
    papers[result.paper].results.push(result);
    for (const [, filler] of result.links) {
      const entity = entities[filler];
      if (entity && !entity.results.includes(result)) entity.results.push(result);
    }
  }

  /** The characters of a paper as its offsets count them: code points, not the units of a string. */
  const characters = (paper) => {
    if (!paper.characters) {
      if (!texts) texts = JSON.parse(document.getElementById("text-data").textContent);
      const [abstract, sentences] = texts[paper.place] || ["", []];
      paper.carried = abstract !== "";
      paper.sentences = sentences;
      paper.characters = Array.from(`${paper.title}\n${abstract}`);
    }
    return paper.characters;
  };

  return {
    ...data,
    entities,
    papers,
    pairs,
    characters,
    core: data.core.length,
    mentionsOf: (entity, paper) => mentions.get(`${entity}-${paper}`) || [],
    byId: new Map(entities.map((entity) => [entity.id, entity])),
    paperById: new Map(papers.map((paper) => [paper.id, paper])),
    other: (pair, entity) => (pair.one === entity ? pair.two : pair.one),
  };
})();

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
const mark = (type) => {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  const points = corners(type.shape, 8, 8, 5.2);
  const figure = document.createElementNS(namespace, points ? "polygon" : "circle");
  if (points) figure.setAttribute("points", points.map((point) => point.join()).join(" "));
  else for (const [name, value] of [["cx", 8], ["cy", 8], ["r", 5.2]]) figure.setAttribute(name, value);
  svg.style.setProperty("--own", type.colour);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", "mark");
  svg.setAttribute("aria-hidden", "true");
  svg.append(figure);
  return svg;
};
