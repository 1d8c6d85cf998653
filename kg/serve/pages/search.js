/* Suggestions while one types, by keyboard or pointer; without scripts the field is a plain form. */

(() => {
  const field = document.getElementById("q");
  const list = document.getElementById("hits");
  const SVG = "http://www.w3.org/2000/svg";
  let hits = [], chosen = -1, asked = 0;

  const make = (name, text, style) => {
    const node = document.createElement(name);
    if (text) node.textContent = text;
    if (style) node.className = style;
    return node;
  };

  const dot = (kind) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("class", `mark kind-${kind}`);
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12Z");
    svg.append(path);
    return svg;
  };

  const close = () => {
    list.hidden = true;
    chosen = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };

  const choose = (number) => {
    chosen = number;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", at === number));
    if (number >= 0) {
      field.setAttribute("aria-activedescendant", `hit-${number}`);
      list.children[number].scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  };

  const show = (found) => {
    const kept = hits[chosen]?.href;
    hits = found.hits;
    list.replaceChildren(...hits.map((hit, at) => {
      const item = make("li");
      item.id = `hit-${at}`;
      item.setAttribute("role", "option");
      if (hit.kind) item.append(dot(hit.kind));
      item.append(make("bdi", hit.name), make("span", hit.alias || hit.type, "fine"));
      item.addEventListener("mousedown", (event) => {
        event.preventDefault();
        location.assign(hit.href);
      });
      return item;
    }));
    if (!hits.length) list.append(make("li", "Nothing goes by this name", "none"));
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    choose(kept ? hits.findIndex((hit) => hit.href === kept) : -1);
  };

  field.addEventListener("input", async () => {
    const text = field.value.trim(), turn = ++asked;
    if (!text) return close();
    const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (turn !== asked || !answer || !answer.ok) return;
    const found = await answer.json();
    if (turn === asked && document.activeElement === field) show(found);
  });

  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden && hits.length) {
      event.preventDefault();
      choose((chosen + step + hits.length + (chosen < 0 && step < 0 ? 1 : 0)) % hits.length);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(hits[chosen].href);
    } else if (event.key === "Escape") close();
  });

  field.addEventListener("blur", close);

  document.addEventListener("keydown", (event) => {
    const there = event.target;
    const types = there.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(there.tagName);
    if (event.key === "/" && !types && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });
})();
