/* The words that a fact was read from, or their place where the text is not carried. */

const evidence = (() => {
  /** Cut a quotation with marked spans out of the characters of a paper. */
  const quotation = (paper, start, end, spans) => {
    const characters = model.characters(paper);
    const cut = (from, to) => characters.slice(from, to).join("");
    const parts = [];
    let at = start;
    for (const [from, to] of spans.filter((span) => span[0] >= start && span[1] <= end).sort((a, b) => a[0] - b[0])) {
      if (from < at) continue;
      parts.push(cut(at, from), make("mark", {}, cut(from, to)));
      at = to;
    }
    parts.push(cut(at, end));
    return make("q", { dir: "auto" }, parts);
  };

  const place = (paper, start, end) => {
    const before = Array.from(paper.title).length + 1;
    const where = start < before ? ["title", 0] : ["abstract", before];
    return `${where[0]}, characters ${number(start - where[1])}–${number(end - where[1])}`;
  };

  const ruled = (rule) => (model.rules[rule] ? make("span", { class: "rule" }, model.rules[rule]) : null);

  /** Show where a fact was read: the words if they are carried, else their place. */
  const show = (paper, { start, end, rule, text }, spans = []) => {
    const length = model.characters(paper).length;
    let quote = null;
    if (end <= length && (paper.carried || start < Array.from(paper.title).length)) {
      const bounds = text === undefined ? [start, end] : sentence(paper, start, end);
      quote = quotation(paper, ...bounds, text === undefined ? spans : [[start, end]]);
    } else if (text !== undefined) quote = make("q", { dir: "auto" }, make("mark", {}, model.forms[text]));
    return make(
      "div",
      { class: "evidence" },
      quote,
      make("p", { class: "fine" }, make("span", {}, place(paper, start, end)), ruled(rule)),
    );
  };

  const sentence = (paper, start, end) => {
    const [first] = paper.title ? [Array.from(paper.title).length] : [0];
    if (start <= first) return [0, first];
    const edges = paper.sentences;
    for (let at = 0; at < edges.length; at += 2)
      if (edges[at] <= start && start < edges[at + 1]) return [edges[at], Math.max(edges[at + 1], end)];
    return [start, end];
  };

  return { show, quotation };
})();
