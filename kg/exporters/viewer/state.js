/* What is chosen, what is therefore drawn, and the address that says so. */

const state = {
  types: new Set(model.types.map((type) => type.name)),
  relations: new Set(model.relations.keys()),
  company: true, // draw links between entities that share papers
  least: 1, // papers that an entity needs
  all: false, // draw every entity that the page carries
  extra: new Set(), // entities drawn beyond those that the page opens with
  selected: null, // {entity}, {pair} or {paper}
  hits: [], // what the search found, while it is open
  query: "",
  view: "map",
};

const choices = (() => {
  const fits = (entity) => state.types.has(entity.type.name) && entity.value >= state.least;

  /** List the entities to draw, the best supported first. */
  const shown = () =>
    model.entities.filter(
      (entity) => (state.all || entity.place < model.core || state.extra.has(entity)) && fits(entity),
    );

  /** Keep of a pair's links those of the relations that are switched on. */
  const links = (pair) => pair.links.filter((link) => state.relations.has(link.relation));

  /** Say whether a line stands between two entities, given that both are drawn. */
  const linked = (pair) => links(pair).length > 0 || (state.company && pair.shared > 0);

  const neighbours = (entity) => entity.pairs.filter(linked).map((pair) => model.other(pair, entity));

  const named = (paper) => paper.roles.map((role) => model.entities[role.entity]);

  /** Keep the entities that are not drawn, though the filters would let them. */
  const hidden = (entities) =>
    entities.filter((each) => fits(each) && !(state.all || each.place < model.core || state.extra.has(each)));

  const read = () => {
    const given = new URLSearchParams(location.hash.slice(1));
    const types = given.get("types");
    return {
      node: given.get("node"),
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
    const { entity, paper } = state.selected || {};
    if (entity) said.set("node", entity.id);
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

  return { writeLater, shown, links, linked, neighbours, named, hidden, read, write };
})();
