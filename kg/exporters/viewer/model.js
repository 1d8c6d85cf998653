"use strict";
/* The data of the page as objects with indexes. What the first picture needs is read first; what is
   told of one thing, and the texts, follow. */

const model = (() => {
  const own = {}; // what others see, filled as it is read

  /** Read a block: JSON, or JSON packed by gzip and base64. */
  const read = async (id) => {
    const element = document.getElementById(id);
    if (element.type === "application/json") return JSON.parse(element.textContent);
    const letters = atob(element.textContent);
    const bytes = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
    element.textContent = "";
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).json();
  };

  /** Turn columns into objects. */
  const objects = (table) => {
    const names = Object.keys(table);
    return table[names[0]].map((_, row) => {
      const item = {};
      for (const name of names) item[name] = table[name][row];
      return item;
    });
  };

  /* Links are drawn between two entities once, whatever is said of them and in whichever direction. */
  const pairs = new Map();
  const pairOf = (one, two) => {
    const [low, high] = one < two ? [one, two] : [two, one];
    const key = `${low}-${high}`;
    let pair = pairs.get(key);
    if (!pair) {
      pair = { key, one: own.entities[low], two: own.entities[high], links: [], claims: [], shared: 0 };
      pairs.set(key, pair);
      pair.one.pairs.push(pair);
      pair.two.pairs.push(pair);
    }
    return pair;
  };

  const readGraph = async () => {
    const data = await read("graph-data");
    const entities = objects(data.entities);
    const groups = data.groups || [];
    Object.assign(own, data, { entities, groups, pairs, core: data.core.length });
    own.papers = [];
    entities.forEach((entity, place) => {
      entity.place = place;
      entity.type = data.types[entity.node_type];
      entity.pairs = [];
      entity.roles = [];
      entity.results = [];
      entity.broader = [];
      entity.narrower = [];
      entity.addresses = [];
      entity.core = data.core[place] || null;
      entity.years = data.years.of ? data.years.of[place] : [];
      entity.group = data.home ? data.home[place] : -1;
      entity.paper = null; // of a node that is a paper
    });
    for (const edge of objects(data.edges)) {
      const link = { head: edge.from, tail: edge.to, relation: edge.relation, papers: edge.value };
      link.confidence = edge.confidence;
      pairOf(edge.from, edge.to).links.push(link);
    }
    for (const [one, two, shared] of data.company) pairOf(one, two).shared = shared;
    own.byId = new Map(entities.map((entity) => [entity.id, entity]));
  };

  const mentions = new Map();
  let texts = [];

  const readDetails = async () => {
    const data = await read("detail-data");
    const { entities } = own;
    const papers = data.papers;
    papers.forEach((paper, place) => {
      paper.place = place;
      paper.title = paper.title || paper.id;
      paper.roles = [];
      paper.results = [];
      paper.node = null;
    });
    for (const claim of objects(data.claims)) pairOf(claim.head, claim.tail).claims.push(claim);
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
    for (const { narrow, broad, rule } of objects(data.broader)) {
      entities[narrow].broader.push({ other: entities[broad], rule });
      entities[broad].narrower.push({ other: entities[narrow], rule });
    }
    for (const { entity, target } of objects(data.links)) entities[entity].addresses.push(data.targets[target]);
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
    isPacked: document.getElementById("detail-data").type !== "application/json",
    readGraph,
    readDetails,
    characters,
    paperById: new Map(),
    mentionsOf: (entity, paper) => mentions.get(`${entity}-${paper}`) || [],
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
