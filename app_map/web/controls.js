// The rail on the left: year, means of travel, minutes, and the layer switches with their swatches.

import { make } from "./dom.js";
import { swatch } from "./legend.js";
import { THEMES } from "./style.js";

/**
 * Build the rail once.
 *
 * @param {object} options
 * @param {(key: string) => string} options.text
 * @param {number[]} options.years
 * @param {boolean} options.asks whether a click asks for minutes: else there are none to choose
 * @param {(change: object) => void} options.onChange receives the changed part of the state
 * @returns {{element: HTMLElement, show: (state: object) => void}}
 */
export function makeControls({ text, years, asks, onChange }) {
  const year = yearSlider(text, years, onChange);
  const mode = choice(text("mode"), "mode", [["car", text("mode.car")], ["transit", text("mode.transit")]], (value) => onChange({ mode: value }));
  const minutes = minuteSwitches(text, onChange);
  const layers = layerSwitches(text, onChange);
  const element = make("aside", { class: "rail", "aria-label": text("controls") }, [
    year.element,
    mode.element,
    ...(asks ? [minutes.element] : []),
    layers.element,
  ]);
  return {
    element,
    show(state) {
      for (const part of [year, mode, minutes, layers]) part.show(state);
    },
  };
}

function yearSlider(text, years, onChange) {
  const shown = make("output", { class: "year" });
  const kind = make("span", { class: "soft" });
  const slider = make("input", {
    type: "range",
    min: 0,
    max: years.length - 1,
    step: 1,
    "aria-label": text("year"),
    "data-test": "year",
    on: { input: () => onChange({ year: years[slider.value] }) },
  });
  const ticks = make("div", { class: "ticks" }, years.map((value, index) =>
    make("button", { type: "button", text: String(value), on: { click: () => onChange({ year: years[index] }) } }),
  ));
  const element = make("section", { class: "group" }, [
    make("div", { class: "line" }, [shown, kind]),
    slider,
    ticks,
  ]);
  return {
    element,
    show(state) {
      slider.value = years.indexOf(state.year);
      shown.textContent = state.year;
      kind.textContent = text(`year.${state.year}`);
      slider.setAttribute("aria-valuetext", String(state.year));
      [...ticks.children].forEach((tick, index) => tick.classList.toggle("on", years[index] === state.year));
    },
  };
}

function choice(title, name, options, onPick) {
  const buttons = options.map(([value, label]) =>
    make("button", { type: "button", text: label, "data-test": `${name}-${value}`, on: { click: () => onPick(value) } }),
  );
  return {
    element: make("section", { class: "group row" }, [
      make("h3", { text: title }),
      make("div", { class: "segments", role: "group", "aria-label": title }, buttons),
    ]),
    show(state) {
      buttons.forEach((button, index) => button.setAttribute("aria-pressed", options[index][0] === state[name]));
    },
  };
}

function minuteSwitches(text, onChange) {
  let chosen = [];
  const buttons = [30, 60].map((value) =>
    make("button", {
      type: "button",
      text: String(value),
      "data-test": `minutes-${value}`,
      on: {
        click: () => {
          const others = chosen.filter((other) => other !== value);
          const next = others.length < chosen.length ? others : [...chosen, value].sort((a, b) => a - b);
          onChange({ minutes: next.length ? next : [value] });
        },
      },
    }),
  );
  return {
    element: make("section", { class: "group row" }, [
      make("h3", { text: text("minutes") }),
      make("div", { class: "segments", role: "group", "aria-label": text("minutes") }, buttons),
    ]),
    show(state) {
      chosen = state.minutes;
      buttons.forEach((button) => button.setAttribute("aria-pressed", chosen.includes(Number(button.textContent))));
    },
  };
}

function layerSwitches(text, onChange) {
  let on = [];
  const boxes = new Map();
  const groups = THEMES.map((theme) =>
    make("div", { class: "theme" }, [
      make("h3", { text: text(`theme.${theme.id}`) }),
      ...theme.layers.map((id) => {
        const box = make("input", {
          type: "checkbox",
          "data-test": `layer-${id}`,
          on: { change: () => onChange({ on: box.checked ? [...on, id] : on.filter((other) => other !== id) }) },
        });
        boxes.set(id, box);
        return make("label", { class: "switch" }, [box, swatch(id), make("span", { text: text(`layer.${id}`) })]);
      }),
    ]),
  );
  return {
    element: make("section", { class: "group layers" }, groups),
    show(state) {
      on = state.on;
      for (const [id, box] of boxes) box.checked = on.includes(id);
    },
  };
}
