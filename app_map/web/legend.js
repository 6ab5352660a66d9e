// The key of the map: one swatch a layer, and the signs of what is switched on.

import { make, makeSvg } from "./dom.js";
import { COLOURS, PROJECT_HUES, TIME_RAMP, VERDICT_HUES, ZONE_HUES } from "./tokens.js";

const WIDTH = 22;
const HEIGHT = 12;
const MIDDLE = HEIGHT / 2;

const svg = (...children) => makeSvg("svg", { width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" }, children);
const stroke = (colour, width, dash = "") =>
  makeSvg("line", { x1: 1, x2: WIDTH - 1, y1: MIDDLE, y2: MIDDLE, stroke: colour, "stroke-width": width, "stroke-dasharray": dash });
const area = (fill, opacity, line, dash = "") =>
  makeSvg("rect", { x: 1.5, y: 1.5, width: WIDTH - 3, height: HEIGHT - 3, fill, "fill-opacity": opacity, stroke: line, "stroke-width": 1.5, "stroke-dasharray": dash });
const dot = (line, radius = 3.4) => makeSvg("circle", { cx: WIDTH / 2, cy: MIDDLE, r: radius, fill: "#fff", stroke: line, "stroke-width": 1.6 });

function hatched(colour) {
  const lines = [2, 8, 14].map((x) => makeSvg("line", { x1: x, x2: x + 7, y1: HEIGHT - 2, y2: 2, stroke: colour, "stroke-width": 0.9, "stroke-opacity": 0.7 }));
  return svg(area(colour, 0.1, colour, "3 2"), ...lines);
}

/** Return the small sign that stands beside a layer switch. */
export function swatch(layer) {
  const signs = {
    zones: () => svg(area(ZONE_HUES[0], 0.2, ZONE_HUES[0])),
    platforms: () => svg(dot(COLOURS.inkSoft)),
    corridors: () => svg(makeSvg("rect", { x: 0, y: 2, width: WIDTH, height: 8, fill: COLOURS.accent, "fill-opacity": 0.18 }), stroke(COLOURS.accent, 1, "5 2")),
    projects: () => svg(stroke(PROJECT_HUES.rail, 2.6, "6 2.5")),
    roads: () => svg(stroke(COLOURS.motorway, 4.4), stroke(COLOURS.motorwayCore, 2)),
    rail: () => svg(stroke(COLOURS.rail, 3.6), stroke("#fff", 2, "4 4")),
    stations: () => svg(dot(COLOURS.rail)),
    townships: () => svg(area("#fff", 0, "#B8B4A8")),
    names: () => svg(makeSvg("text", { x: WIDTH / 2, y: HEIGHT - 1.5, "text-anchor": "middle", "font-size": 11, fill: COLOURS.ink }, [document.createTextNode("文")])),
  };
  return (signs[layer] ?? (() => svg()))();
}

/**
 * Fill the key of shaded areas or lines: a title, and a colour a class.
 *
 * @param {HTMLElement} element
 * @param {{title: string, rows: {colour: string, text: string, kind?: string}[]}} [key]
 */
export function fillKey(element, key) {
  element.hidden = !key;
  const rows = (key?.rows ?? []).map(({ colour, text, kind }) =>
    make("li", {}, [svg(kind === "line" ? stroke(colour, 4) : area(colour, 0.85, colour)), make("span", { text })]),
  );
  element.replaceChildren(make("b", { text: key?.title ?? "" }), make("ul", {}, rows));
}

/**
 * Fill the legend with the signs of what is on the map now.
 *
 * @param {HTMLElement} element
 * @param {{on: string[], minutes: number[], reach: boolean, pairs: boolean, keyed: boolean}} shown
 *   `keyed`: a key of its own explains the theme, and what is only ground steps back
 * @param {(key: string) => string} text
 */
export function fillLegend(element, shown, text) {
  const rows = [];
  const add = (sign, key) => rows.push(make("li", {}, [sign, make("span", { text: text(key) })]));
  if (shown.reach) {
    for (const minutes of shown.minutes) {
      const colour = TIME_RAMP.find(([limit]) => limit === minutes)?.[1] ?? TIME_RAMP[3][1];
      add(svg(area(colour, 0.5, minutes === 30 ? "#6E8F12" : "#0F6E5E")), `legend.reach.${minutes}`);
    }
  }
  if (shown.pairs) {
    add(svg(stroke(VERDICT_HUES.met, 2.6)), "legend.pairs.within");
    add(svg(stroke(VERDICT_HUES["not met"], 2.6)), "legend.pairs.over");
  }
  if (shown.on.includes("zones")) {
    add(svg(area(ZONE_HUES[0], 0.2, ZONE_HUES[0])), "legend.zone.named");
    add(hatched(ZONE_HUES[2]), "legend.zone.inferred");
  }
  if (shown.on.includes("projects")) {
    for (const mode of ["rail", "road", "water", "air"]) add(svg(stroke(PROJECT_HUES[mode], 3)), `legend.mode.${mode}`);
    add(svg(stroke(COLOURS.ink, 2.4)), "legend.state.open");
    add(svg(stroke(COLOURS.ink, 2.4, "5 2.4")), "legend.state.building");
    add(svg(stroke(COLOURS.ink, 2.4, "1.6 2")), "legend.state.planned");
    add(svg(stroke(PROJECT_HUES.other, 2.4, "1.2 3")), "legend.state.unknown");
  }
  if (shown.on.includes("roads") && !shown.keyed) {
    add(svg(stroke(COLOURS.motorway, 4.4), stroke(COLOURS.motorwayCore, 2)), "legend.road.fast");
    add(svg(stroke(COLOURS.trunk, 1.6)), "legend.road.trunk");
  }
  if (shown.on.includes("rail") && !shown.keyed) {
    add(svg(stroke(COLOURS.rail, 3.6), stroke("#fff", 2, "4 4")), "legend.rail.heavy");
    add(svg(stroke(COLOURS.metro, 2)), "legend.rail.light");
  }
  rows.push(
    make("li", {}, [svg(stroke(COLOURS.cityBorder, 1.5, "7 2.2 1.4 2.2")), make("span", { text: text("legend.border.city") })]),
    make("li", {}, [svg(stroke(COLOURS.countyBorder, 1)), make("span", { text: text("legend.border.county") })]),
  );
  element.replaceChildren(...rows);
}
