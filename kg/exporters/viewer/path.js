/* The shortest way from one entity to another, over what the page carries and the filters let. */

const ways = (() => {
  /* What papers assert is a nearer way than company: a paper that speaks of two says little. */
  const cost = (pair) => (choices.links(pair).length ? 1 : 1.8);

  /** Find the way of least cost, with the fewest steps among those; null if there is none. */
  const find = (start, end) => {
    const best = new Map([[start, 0]]);
    const from = new Map();
    const done = new Set();
    const queue = [[0, start]]; // a heap
    const push = (item) => {
      let at = queue.push(item) - 1;
      while (at && queue[(at - 1) >> 1][0] > queue[at][0]) {
        const up = (at - 1) >> 1;
        [queue[up], queue[at]] = [queue[at], queue[up]];
        at = up;
      }
    };
    const pop = () => {
      const [top, last] = [queue[0], queue.pop()];
      if (queue.length) {
        queue[0] = last;
        for (let at = 0; ; ) {
          const [left, right] = [2 * at + 1, 2 * at + 2];
          let least = at;
          if (left < queue.length && queue[left][0] < queue[least][0]) least = left;
          if (right < queue.length && queue[right][0] < queue[least][0]) least = right;
          if (least === at) break;
          [queue[least], queue[at]] = [queue[at], queue[least]];
          at = least;
        }
      }
      return top;
    };
    while (queue.length) {
      const [far, entity] = pop();
      if (entity === end) break;
      if (done.has(entity)) continue;
      done.add(entity);
      for (const pair of entity.pairs) {
        const other = model.other(pair, entity);
        if (done.has(other) || !choices.linked(pair) || !(other === end || choices.fits(other))) continue;
        const sum = far + cost(pair);
        if (sum >= (best.get(other) ?? Infinity)) continue;
        best.set(other, sum);
        from.set(other, pair);
        push([sum, other]);
      }
    }
    if (start !== end && !from.has(end)) return null;
    const entities = [end];
    const pairs = [];
    while (entities[0] !== start) {
      const pair = from.get(entities[0]);
      pairs.unshift(pair);
      entities.unshift(model.other(pair, entities[0]));
    }
    return { ends: [start, end], entities, pairs };
  };

  return { find };
})();
