// Search by name over a small index that is fetched when the box is first used.

import { make } from "./dom.js";

const SHOWN = 8;

/**
 * Build the search box.
 *
 * @param {object} options
 * @param {string} options.url index: a list of [kind, name_zh, name_en, lon, lat]
 * @param {(key: string) => string} options.text
 * @param {string} options.language
 * @param {(entry: {name: string, lon: number, lat: number, kind: string}) => void} options.onPick
 */
export function makeSearch({ url, text, language, onPick }) {
  let index = null;
  let active = -1;
  const list = make("ul", { class: "hits", role: "listbox", hidden: true });
  const box = make("input", {
    type: "search",
    placeholder: text("search"),
    "aria-label": text("search"),
    "data-test": "search",
    autocomplete: "off",
    on: {
      focus: load,
      input: show,
      keydown: (event) => {
        if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
        else if (event.key === "Enter") list.children[Math.max(0, active)]?.click();
        else if (event.key === "Escape") close();
        else return;
        event.preventDefault();
      },
      blur: () => setTimeout(close, 150),
    },
  });

  async function load() {
    if (index) return;
    index = [];
    index = await (await fetch(url)).json();
    show();
  }

  function show() {
    const wanted = box.value.trim().toLowerCase();
    if (!wanted || !index) return close();
    const hits = matches(index, wanted);
    active = -1;
    list.replaceChildren(...hits.map(hit));
    if (hits.length === 0) list.replaceChildren(make("li", { class: "none", text: text("search.none") }));
    list.hidden = false;
  }

  function hit([kind, zh, en, lon, lat]) {
    const name = language === "zh" || !en ? zh : en;
    return make("li", { role: "option", on: { mousedown: (event) => event.preventDefault(), click: () => {
      box.value = name;
      close();
      onPick({ name, lon, lat, kind });
    } } }, [make("span", { text: name }), make("small", { text: text(`kind.${kind}`) })]);
  }

  function move(step) {
    if (list.hidden) return;
    list.children[active]?.classList.remove("active");
    active = (active + step + list.children.length) % list.children.length;
    list.children[active].classList.add("active");
  }

  function close() {
    list.hidden = true;
  }

  return make("div", { class: "search" }, [box, list]);
}

/** Names that begin with the wanted text come first, then those that hold it; shorter first. */
export function matches(index, wanted) {
  const ranked = [];
  for (const entry of index) {
    const places = [entry[1].toLowerCase().indexOf(wanted), entry[2].toLowerCase().indexOf(wanted)].filter((at) => at >= 0);
    if (places.length) ranked.push([Math.min(...places) > 0 ? 1 : 0, entry[1].length, entry]);
  }
  ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return ranked.slice(0, SHOWN).map(([, , entry]) => entry);
}
