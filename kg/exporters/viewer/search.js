/* Find entities and papers by what people type: prefixes first, then parts, then near misses. */

const search = (() => {
  const fold = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[\p{Pd}_/\s]+/gu, " ").trim();

  let index = null;
  const indexed = () => {
    index ||= [
      ...model.entities.map((entity) => ({
        entity,
        forms: [entity.label, ...entity.aliases].map(fold),
      })),
      ...model.papers.map((paper) => ({ paper, forms: [fold(paper.title), fold(paper.id)] })),
    ];
    return index;
  };

  /** Say how well a form answers a query; 0 is not at all. */
  const fitness = (form, query, words) => {
    if (form === query) return 100;
    if (form.startsWith(query)) return 80;
    const at = form.indexOf(query);
    if (at > 0) return form[at - 1] === " " ? 65 : 45;
    const parts = form.split(" ");
    const all = words.length > 1 && words.every((word) => parts.some((part) => part.startsWith(word)));
    return all ? 40 : 0;
  };

  /** Count the edits from one word to another, or give up above a limit. */
  const edits = (one, two, limit) => {
    if (Math.abs(one.length - two.length) > limit) return limit + 1;
    let before = [];
    let last = Array.from({ length: two.length + 1 }, (_, at) => at);
    for (let row = 1; row <= one.length; row += 1) {
      const next = [row];
      for (let at = 1; at <= two.length; at += 1) {
        const same = one[row - 1] === two[at - 1];
        next[at] = Math.min(last[at] + 1, next[at - 1] + 1, last[at - 1] + (same ? 0 : 1));
        const swapped = row > 1 && at > 1 && one[row - 1] === two[at - 2] && one[row - 2] === two[at - 1];
        if (swapped) next[at] = Math.min(next[at], before[at - 2] + 1);
      }
      if (Math.min(...next) > limit) return limit + 1;
      [before, last] = [last, next];
    }
    return last[two.length];
  };

  /** Say how near a form comes to a query that is misspelt. */
  const nearness = (form, query) => {
    const limit = query.length < 4 ? 0 : query.length < 8 ? 1 : 2;
    if (!limit) return 0;
    let least = limit + 1;
    for (const part of [form, ...form.split(" ")]) {
      least = Math.min(least, edits(query, part, limit), edits(query, part.slice(0, query.length), limit));
    }
    return least > limit ? 0 : 30 - 10 * least;
  };

  const ranked = (items, kind, scored, limit) =>
    items
      .filter((item) => item[kind])
      .map((item) => ({ item: item[kind], score: scored(item) }))
      .filter((hit) => hit.score > 0)
      .sort((a, b) => b.score - a.score || a.item.place - b.item.place)
      .slice(0, limit)
      .map((hit) => hit.item);

  /** Find what answers a query: entities and papers, the best first. */
  const find = (text) => {
    const query = fold(text);
    if (!query) return { entities: [], papers: [] };
    const words = query.split(" ");
    const best = (item, score) =>
      item.forms.reduce((most, form, at) => Math.max(most, score(form) - (at ? 2 : 0)), 0);
    const exact = (item) => best(item, (form) => fitness(form, query, words));
    const found = ranked(indexed(), "entity", exact, 12);
    if (found.length < 4) {
      const near = ranked(indexed(), "entity", (item) => best(item, (form) => nearness(form, query)), 8);
      found.push(...near.filter((entity) => !found.includes(entity)));
    }
    return { entities: found, papers: query.length > 2 ? ranked(indexed(), "paper", exact, 5) : [] };
  };

  /** Find the entity that a link names by id, name or alias, in that order. */
  const named = (text) => {
    if (model.byId.has(text)) return model.byId.get(text);
    const wanted = fold(text);
    return (
      model.entities.find((entity) => fold(entity.label) === wanted) ||
      model.entities.find((entity) => entity.aliases.some((alias) => fold(alias) === wanted)) ||
      null
    );
  };

  /** Build the index anew, since more is known. */
  const forget = () => {
    index = null;
  };

  return { find, named, forget };
})();
