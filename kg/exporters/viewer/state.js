/* What is chosen, what is therefore drawn, and the address that says so. */

const state = {
  types: new Set(),
  relations: new Set(),
  groups: new Set(), // communities
  company: true, // draw links between entities that share papers
  least: 1, // papers that an entity needs
  sure: 0, // confidence that entities and links need
  years: null, // [from, to] counted from the first year, when narrowed
  all: false, // draw every entity that the page carries
  extra: new Set(), // entities drawn beyond those that the page opens with
  selected: null, // {entity}, {pair}, {paper} or {path}
  from: null, // the entity whose path to another is asked for
  hits: [], // what the search found, while it is open
  query: "",
  view: "map",
};

const choices = (() => {
  /** Choose what the page opens with, once its data are read. */
  const start = () => {
    state.types = new Set(model.types.map((type) => type.name));
    state.relations = new Set([...model.relations.keys()].filter((at) => !model.relations[at].off));
    state.groups = new Set([-1, ...model.groups.keys()]);
    state.company = !model.page.arrows;
  };

  const support = (entity) => (state.years ? model.within(entity, ...state.years) : entity.value);

  const fits = (entity) =>
    state.types.has(entity.type.name) &&
    state.groups.has(entity.group) &&
    entity.confidence >= state.sure &&
    (entity.value >= state.least || entity.paper !== null) &&
    (!state.years || support(entity) >= (entity.paper === null ? state.least : 1));

  const isOpen = (entity) => state.all || entity.place < model.core || state.extra.has(entity);

  /** List the entities to draw, the best supported first. */
  const shown = () => model.entities.filter((entity) => isOpen(entity) && fits(entity));

  /** Keep of a pair's links those of the relations that are switched on and sure enough. */
  const links = (pair) =>
    pair.links.filter((link) => state.relations.has(link.relation) && link.confidence >= state.sure);

  /** Say whether a line stands between two entities, given that both are drawn. */
  const linked = (pair) =>
    (state.company && pair.shared > 0) ||
    pair.links.some((link) => state.relations.has(link.relation) && link.confidence >= state.sure);

  const neighbours = (entity) => entity.pairs.filter(linked).map((pair) => model.other(pair, entity));

  const named = (paper) => paper.roles.map((role) => model.entities[role.entity]);

  /** Keep the entities that are not drawn, though the filters would let them. */
  const hidden = (entities) => entities.filter((each) => !isOpen(each) && fits(each));

  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    const types = given.get("types");
    return {
      node: given.get("node"),
      to: given.get("to"),
      paper: given.get("paper"),
      query: given.get("q"),
      types: types === null ? null : types.split(",").filter(Boolean),
    };
  };

  /** Write the address; going back undoes a selection, not a letter of a search. */
  let waiting = 0;
  const write = ({ step = false } = {}) => {
    clearTimeout(waiting);
    const said = new URLSearchParams();
    const { entity, paper, path } = state.selected || {};
    if (entity) said.set("node", entity.id);
    if (path) said.set("node", path.ends[0].id);
    if (path) said.set("to", path.ends[1].id);
    if (paper) said.set("paper", paper.id);
    if (state.query) said.set("q", state.query);
    const names = model.types.map((type) => type.name).filter((name) => state.types.has(name));
    if (names.length < model.types.length) said.set("types", names.join(","));
    const hash = said.size ? `#${said}` : " ";
    const address = `${location.pathname}${location.search}${hash.trim()}`;
    if (address === `${location.pathname}${location.search}${location.hash}`) return;
    history[step ? "pushState" : "replaceState"](null, "", address);
  };

  /** Write the address once typing pauses; browsers allow only so many changes. */
  const writeLater = () => {
    clearTimeout(waiting);
    waiting = setTimeout(write, 300);
  };

  return { start, writeLater, support, fits, shown, links, linked, neighbours, named, hidden, isOpen, read, write };
})();
