"use strict";
/* The data of the page as objects with indexes. What the first picture needs is read first; what is
   told of one thing, and the texts, follow. */

const model = (() => {
  const own = {}; // what others see, filled as it is read
  const NONE = Object.freeze([]);
  const WIDE = 131072; // more than there are entities or papers: two places make one number

  /** Wait until the browser has read all of the file. */
  const parsed = () =>
    document.readyState === "loading"
      ? new Promise((done) => document.addEventListener("DOMContentLoaded", done, { once: true }))
      : null;

  /** Let the browser draw and answer. */
  const pause = () => (globalThis.scheduler?.yield ? scheduler.yield() : new Promise((done) => setTimeout(done)));

  const unpacked = (letters) => {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(letters);
    const plain = atob(letters);
    const bytes = new Uint8Array(plain.length);
    for (let at = 0; at < plain.length; at += 1) bytes[at] = plain.charCodeAt(at);
    return bytes;
  };

  /** Read a block: JSON, or JSON packed by gzip and base64. */
  const read = async (id) => {
    const element = document.getElementById(id);
    if (element.type === "application/json") return JSON.parse(element.textContent);
    const bytes = unpacked(element.textContent);
    element.textContent = "";
    await pause();
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };

  /** Turn columns into objects, one for each row, and stop for a moment when it takes long. */
  const each = async (table, visit) => {
    const names = Object.keys(table);
    const columns = Object.values(table);
    const size = columns[0].length;
    let since = performance.now();
    for (let row = 0; row < size; row += 1) {
      const item = {};
      for (let at = 0; at < names.length; at += 1) item[names[at]] = columns[at][row];
      visit(item, row);
      if (row % 256 || performance.now() - since < 24) continue;
      await pause();
      since = performance.now();
    }
  };

  /* Links are drawn between two entities once, whatever is said of them and in whichever direction. */
  const pairs = new Map();
  const pairOf = (one, two) => {
    const [low, high] = one < two ? [one, two] : [two, one];
    const key = low * WIDE + high;
    let pair = pairs.get(key);
    if (!pair) {
      pair = { key, one: own.entities[low], two: own.entities[high], links: NONE, claims: NONE, shared: 0 };
      pairs.set(key, pair);
      pair.one.pairs.push(pair);
      pair.two.pairs.push(pair);
    }
    return pair;
  };

  /** Put something into a list of an object, which has none to begin with. */
  const put = (holder, list, item) => {
    if (holder[list] === NONE) holder[list] = [item];
    else holder[list].push(item);
  };

  /** Read entities and the links between them: those that the page opens with, or the others. */
  const readPart = async (part, { of = [], home = null }) => {
    const from = own.entities.length;
    await each(part.entities, (entity, row) => {
      const place = from + row;
      entity.place = place;
      entity.type = own.types[entity.node_type];
      entity.pairs = [];
      entity.roles = NONE;
      entity.results = NONE;
      entity.broader = NONE;
      entity.narrower = NONE;
      entity.addresses = NONE;
      entity.core = own.spots[place] || null;
      entity.years = of[row] || NONE;
      entity.group = home ? home[row] : -1;
      entity.paper = null; // of a node that is a paper
      own.entities.push(entity);
      own.byId.set(entity.id, entity);
    });
    await each(part.edges, (edge) => {
      const link = { head: edge.from, tail: edge.to, relation: edge.relation, papers: edge.value, confidence: edge.confidence };
      put(pairOf(edge.from, edge.to), "links", link);
    });
    let since = performance.now();
    for (const [at, [one, two, shared]] of part.company.entries()) {
      pairOf(one, two).shared = shared;
      if (at % 256 || performance.now() - since < 24) continue;
      await pause();
      since = performance.now();
    }
  };

  const readGraph = async () => {
    const data = await read("graph-data");
    Object.assign(own, data, { entities: [], papers: [], groups: data.groups || [], pairs, byId: new Map() });
    own.spots = data.core;
    own.core = data.core.length;
    own.carried = data.carried ?? data.entities.id.length;
    own.isSplit = "carried" in data;
    own.isComplete = !own.isSplit;
    await readPart(data, { of: data.years.of, home: data.home });
  };

  /** Read the entities that the page does not open with. */
  const readRest = async () => {
    await parsed();
    const data = await read("rest-data");
    await readPart(data, data);
    own.isComplete = true;
  };

  const mentions = new Map(); // by entity and paper
  let texts = [];

  const readDetails = async () => {
    const data = await read("detail-data");
    const { entities } = own;
    const papers = data.papers;
    papers.forEach((paper, place) => {
      paper.place = place;
      paper.title = paper.title || paper.id;
      paper.roles = NONE;
      paper.results = NONE;
      paper.node = null;
    });
    await each(data.claims, (claim) => put(pairOf(claim.head, claim.tail), "claims", claim));
    await each(data.mentions, (mention) => {
      const key = mention.entity * WIDE + mention.paper;
      const known = mentions.get(key);
      if (known) known.push(mention);
      else mentions.set(key, [mention]);
    });
    await each(data.roles, (role) => {
      put(entities[role.entity], "roles", role);
      put(papers[role.paper], "roles", role);
    });
    await each(data.results, (result) => {
      put(papers[result.paper], "results", result);
      for (const [, filler] of result.links) {
        const entity = entities[filler];
        if (entity && !entity.results.includes(result)) put(entity, "results", result);
      }
    });
    await each(data.broader, ({ narrow, broad, rule }) => {
      put(entities[narrow], "broader", { other: entities[broad], rule });
      put(entities[broad], "narrower", { other: entities[narrow], rule });
    });
    await each(data.links, ({ entity, target }) => put(entities[entity], "addresses", data.targets[target]));
    (own.papersAsNodes || []).forEach((paper, place) => {
      entities[place].paper = papers[paper];
      papers[paper].node = entities[place];
    });
    Object.assign(own, data, { paperById: new Map(papers.map((paper) => [paper.id, paper])) });
    texts = await read("text-data");
    own.isWhole = true;
  };

  /** The characters of a paper as its offsets count them: code points, not the units of a string. */
  const characters = (paper) => {
    if (!paper.characters) {
      const [abstract, sentences] = texts[paper.place] || ["", []];
      paper.carried = abstract !== "";
      paper.sentences = sentences;
      paper.characters = Array.from(`${paper.title}\n${abstract}`);
    }
    return paper.characters;
  };

  return Object.assign(own, {
    isWhole: false, // whether details have been read
    readGraph,
    readRest,
    readDetails,
    characters,
    paperById: new Map(),
    mentionsOf: (entity, paper) => mentions.get(entity * WIDE + paper) || NONE,
    other: (pair, entity) => (pair.one === entity ? pair.two : pair.one),
    /** Count the papers of a range of years that speak of an entity. */
    within: (entity, from, to) => {
      let papers = 0;
      for (let at = 0; at < entity.years.length; at += 2)
        if (entity.years[at] >= from && entity.years[at] <= to) papers += entity.years[at + 1];
      return papers;
    },
  });
})();
