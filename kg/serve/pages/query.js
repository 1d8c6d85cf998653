/* The query page: the editor and the table of YASGUI, the questions, and links to the pages here. */

(() => {
  const settings = JSON.parse(document.getElementById("settings").textContent);
  const { Yasqe, Yasr } = Yasgui;
  const by = (id) => document.getElementById(id);
  const links = [...document.querySelectorAll("[data-question]")];
  const names = links.map((link) => link.dataset.question);
  const FIRST = [...names].sort((a, b) => settings.questions[a].sparql.length - settings.questions[b].sparql.length)[0];
  const isNew = !Object.keys(localStorage).some((name) => name.includes("kg-query"));
  const FORMATS = { rows: ["csv", "tsv", "json", "xml"], triples: ["turtle", "ntriples", "jsonld"] };
  const narrow = () => matchMedia("(max-width: 900px)").matches;
  let asking = null;


  /* Completions are told by this page: what YASGUI has by itself would ask other sites. */

  const iri = (token) => /^(a|[^<>"'?$]*:?.*)$/.test(token.string) && !/^[?$"']/.test(token.string);
  const complete = (name, list, fits) => ({
    name,
    bulk: true,
    persistenceId: null,
    get: () => list,
    isValidCompletionPosition: (editor) => {
      const token = editor.getCompleteToken();
      if (!iri(token) || token.type === "comment") return false;
      const before = editor.getPreviousNonWsToken(editor.getDoc().getCursor().line, token);
      return fits(token, before);
    },
    preProcessToken: (editor, token) => {
      const known = { ...settings.prefixes, ...editor.getPrefixesFromQuery() };
      const [prefix, rest] = token.string.split(/:(.*)/s);
      token.tokenPrefix = rest === undefined ? "" : prefix;
      token.autocompletionString = rest === undefined ? token.string.replace(/^</, "") : (known[prefix] || `${prefix}:`) + rest;
      return token;
    },
    postProcessSuggestion: (editor, token, suggested) => {
      for (const [prefix, namespace] of Object.entries(settings.prefixes)) {
        if (suggested.startsWith(namespace)) return `${prefix}:${suggested.slice(namespace.length)}`;
      }
      return `<${suggested}>`;
    },
  });
  const isClass = (before) => ["a", "rdf:type"].includes(before?.state?.lastProperty || before?.string);
  for (const name of ["class", "property", "prefixes"]) delete Yasqe.Autocompleters[name];
  Yasqe.defaults.autocompleters = [];
  Yasqe.registerAutocompleter(complete("classes", settings.terms.classes.map((term) => term.iri), (token, before) => isClass(before)), true);
  Yasqe.registerAutocompleter(complete("properties", settings.terms.properties.map((term) => term.iri), (token, before) =>
    !isClass(before) && (token.state?.possibleCurrent || []).includes("a")), true);

  const editor = new Yasqe(by("editor"), {
    value: settings.questions[FIRST]?.sparql || "SELECT * WHERE {\n  ?s ?p ?o .\n} LIMIT 10",
    requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" },
    persistenceId: "kg-query",
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    collapsePrefixesOnLoad: narrow(),
    autocompleters: ["classes", "properties", "variables"],
  });
  const table = new Yasr(by("answer"), {
    persistenceId: null,
    prefixes: () => ({ ...settings.prefixes, ...editor.getPrefixesFromQuery() }),
    maxPersistentResponseSize: 0,
  });
  table.rootEl.hidden = true;
  for (const plugin of Object.values(table.config.plugins)) {
    plugin.dynamicConfig = { ...plugin.dynamicConfig, compact: true, isEllipsed: false };
  }

  /* Asking */

  const state = (text, wrong) => {
    by("state").textContent = text;
    by("state").classList.toggle("wrong", Boolean(wrong));
  };

  const downloads = (query) => {
    const kind = ["CONSTRUCT", "DESCRIBE"].includes(editor.getQueryType()) ? "triples" : "rows";
    by("downloads").replaceChildren("Save as ", ...FORMATS[kind].flatMap((format) => {
      const link = document.createElement("a");
      link.href = `/sparql?${new URLSearchParams({ query, format })}`;
      link.download = `answer.${{ turtle: "ttl", ntriples: "nt" }[format] || format}`;
      link.textContent = format === "turtle" ? "Turtle" : format === "ntriples" ? "N-Triples" : format === "jsonld" ? "JSON-LD" : format.toUpperCase();
      return [link, " "];
    }));
    by("downloads").hidden = false;
  };

  const run = () => {
    if (asking) return editor.abortQuery();
    const query = editor.getValue();
    history.replaceState(null, "", `/#query=${encodeURIComponent(query)}`);
    editor.saveQuery();
    editor.query().catch(() => {});
  };

  editor.on("query", (_, request) => {
    asking = request;
    by("run").textContent = "Stop";
    by("downloads").hidden = true;
    state("Asking…");
    by("answer").classList.add("old");
  });
  const over = () => {
    asking = null;
    by("run").textContent = "Run";
    by("answer").classList.remove("old");
  };
  editor.on("queryAbort", () => {
    over();
    state("Stopped");
  });
  editor.on("queryResponse", (_, response, duration) => {
    over();
    if (response instanceof Error) {
      if (response.name === "AbortError") return state("Stopped");
      table.rootEl.hidden = true;
      return state(response.message.trim(), true);
    }
    table.rootEl.hidden = false;
    table.setResponse(response, duration);
    const rows = table.results?.getBindings()?.length;
    const time = duration < 1000 ? `${Math.round(duration)} ms` : `${(duration / 1000).toFixed(1)} s`;
    table.rootEl.hidden = rows === 0;
    if (rows === 0) return state(`Nothing in this graph fits (${time})`);
    state(rows === undefined ? time : `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} in ${time}`);
    downloads(editor.getValue());
  });
  by("run").addEventListener("click", run);
  editor.setOption("extraKeys", { ...editor.getOption("extraKeys"), "Ctrl-Enter": run, "Cmd-Enter": run, "Tab": false, "Shift-Tab": false });

  /* Links of the answer lead to pages here */

  const local = (address) => {
    if (address.startsWith(settings.namespace)) return `/ontology#${encodeURIComponent(address.slice(settings.namespace.length))}`;
    return address.startsWith(settings.base) && address.length > settings.base.length ? `/${address.slice(settings.base.length)}` : "";
  };

  const relink = () => {
    for (const link of by("answer").querySelectorAll("a.iri:not([data-here])")) {
      const here = local(link.getAttribute("href"));
      link.dataset.here = here ? "yes" : "no";
      link.rel = "noopener noreferrer";
      link.target = here ? "_self" : "_blank";
      if (here) link.href = here;
    }
    const heads = [...by("answer").querySelectorAll("thead th")].map((head) => head.textContent.trim().toLowerCase());
    for (const cell of by("answer").querySelectorAll("tbody td .nonIri:not([data-here])")) {
      cell.dataset.here = "yes";
      const column = heads[cell.closest("td").cellIndex];
      if (settings.types.includes(column) && cell.textContent) {
        const link = document.createElement("a");
        link.href = `/search?${new URLSearchParams({ q: cell.textContent, type: column })}`;
        link.className = "name";
        link.textContent = cell.textContent;
        cell.replaceChildren(link);
      }
    }
  };
  new MutationObserver(relink).observe(by("answer"), { childList: true, subtree: true });

  /* What can be set in a question: an entity by its name, or a text */

  const search = async (text) => {
    const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).hits : [];
  };

  /** Say what to change in the text of a query: places, and what comes there. */
  const restrict = (parameter, values) => {
    const variable = `?${parameter.variable}`;
    if (!parameter.is_entity) return [[parameter.start, parameter.start, `\n  FILTER(LCASE(STR(${variable})) = LCASE(${JSON.stringify(values[0])}))`]];
    const iris = values.map((value) => `<${value}>`);
    if (!parameter.values.length) return [[parameter.start, parameter.start, `\n  FILTER(${variable} IN (${iris.join(", ")}))`]];
    return [
      ...parameter.values.map((place) => [place, place, `\n  VALUES ${variable} { ${iris.join(" ")} }`]),
      ...parameter.cuts.map(([from, to]) => [from, to, ""]),
    ];
  };

  const edited = (text, edits) => {
    const once = [...new Map(edits.map((edit) => [JSON.stringify(edit), edit])).values()];
    return once.sort((a, b) => b[0] - a[0]).reduce((all, [from, to, put]) => all.slice(0, from) + put + all.slice(to), text);
  };

  const knobs = (question) => {
    const all = question?.parameters || [];
    const chosen = new Map();
    const apply = () => {
      editor.setValue(edited(question.sparql, all.filter((p) => chosen.has(p)).flatMap((p) => restrict(p, chosen.get(p)))));
      run();
    };
    const set = async (parameter, text) => {
      chosen.delete(parameter);
      if (text && !parameter.is_entity) chosen.set(parameter, [text]);
      else if (text) {
        const hits = await search(text);
        const is = (name) => name.toLowerCase() === text.toLowerCase();
        const terms = Object.values(settings.terms).flat().filter((term) => is(term.label) || term.iri === text);
        const same = [...hits.filter((hit) => is(hit.name) || is(hit.alias) || hit.iri === text), ...terms];
        if (!same.length) return state(`Nothing is named ${text}`, true);
        chosen.set(parameter, same.map((hit) => hit.iri));
      }
      apply();
    };
    by("knobs").replaceChildren(...all.map((parameter) => {
      const label = document.createElement("label");
      const field = document.createElement("input");
      const names = document.createElement("datalist");
      names.id = `names-${parameter.name}`;
      field.setAttribute("list", names.id);
      field.placeholder = parameter.text;
      field.spellcheck = false;
      field.addEventListener("change", () => set(parameter, field.value.trim()).catch(() => {}));
      field.addEventListener("input", async () => {
        if (!parameter.is_entity || !field.value.trim()) return;
        const hits = await search(field.value.trim()).catch(() => []);
        names.replaceChildren(...hits.map((hit) => new Option(hit.name)));
      });
      label.append(parameter.name, field, names);
      return label;
    }));
    by("knobs").hidden = !all.length;
  };

  /* Questions */

  const put = (name, text) => {
    links.forEach((link) => link.toggleAttribute("aria-current", link.dataset.question === name));
    by("asked").textContent = links.find((link) => link.dataset.question === name)?.textContent || "";
    by("asked").hidden = !name;
    knobs(settings.questions[name]);
    editor.setValue(text);
    editor.clearHistory?.();
    if (narrow()) editor.collapsePrefixes(true);
    run();
  };
  for (const link of links) {
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      put(link.dataset.question, settings.questions[link.dataset.question].sparql);
      if (narrow()) {
        document.querySelector(".list").open = false;
        by("answer").scrollIntoView({ block: "start" });
      }
    });
  }
  if (narrow()) document.querySelector(".list").open = false;

  const given = new URLSearchParams(location.search);
  const kept = new URLSearchParams(location.hash.slice(1)).get("query");
  const name = given.get("question");
  if (kept) put("", kept);
  else if (given.get("query")) put("", given.get("query"));
  else if (settings.questions[name]) put(name, settings.questions[name].sparql);
  else if (isNew && FIRST) put(FIRST, settings.questions[FIRST].sparql);
  document.documentElement.dataset.ready = "yes";
})();
