/* Light, dark, or as the system has it. */

const theme = (() => {
  const root = document.documentElement;

  const stored = {
    get: () => {
      try {
        return localStorage.getItem("theme") || "";
      } catch {
        return ""; // a browser may refuse to store for a file
      }
    },
    set: (value) => {
      try {
        localStorage.setItem("theme", value);
      } catch {
        /* then the choice holds for this visit */
      }
    },
  };

  const start = (repaint) => {
    const menu = byElementId("theme");
    menu.value = stored.get();
    root.dataset.theme = menu.value;
    menu.addEventListener("change", () => {
      stored.set(menu.value);
      root.dataset.theme = menu.value;
      repaint();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  };

  return { start };
})();
