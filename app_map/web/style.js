// What is drawn, in which order and at which zoom. Pure functions: state in, MapLibre layers out.

import { GLYPHS_URL } from "./glyphs.js";
import { COLOURS, PROJECT_HUES, TIME_RAMP, ZONE_HUES } from "./tokens.js";

const REGULAR = ["Atlas Regular"];
const BOLD = ["Atlas Bold"];
const NOTHING = { type: "FeatureCollection", features: [] };
const CJK_WRAP = 9; // ems after which a label breaks

/** Layers that the reader can switch, grouped by theme, with their default state. */
export const THEMES = [
  { id: "plan", layers: ["zones", "platforms", "corridors", "projects"] },
  { id: "network", layers: ["roads", "rail", "stations"] },
  { id: "area", layers: ["townships", "names"] },
];

/** Sources that each switch needs; the base is always there. */
export const SOURCES = {
  base: ["land", "home", "waters", "borders", "labels"],
  zones: ["zones"],
  platforms: ["zones"],
  corridors: ["corridors"],
  projects: ["projects"],
  roads: ["roads"],
  rail: ["rail"],
  stations: ["stations"],
  townships: ["townships"],
  names: [],
};

/** Sources that the page fills itself: answers of the server. */
export const ANSWERS = ["areas", "cuts", "cutMiddles", "isochrones", "pairs", "pairMiddles", "pairEnds", "spot", "found"];

/** Return an empty style: sea, glyphs drawn in the page, no outside address. */
export function emptyStyle() {
  return {
    version: 8,
    glyphs: GLYPHS_URL,
    sources: Object.fromEntries(ANSWERS.map((id) => [id, { type: "geojson", data: NOTHING }])),
    layers: [{ id: "sea", type: "background", paint: { "background-color": COLOURS.sea } }],
  };
}

const byZoom = (...stops) => ["interpolate", ["exponential", 1.4], ["zoom"], ...stops];
const isA = (key, ...values) => ["in", ["get", key], ["literal", values]];
const zoneHue = ["match", ["%", ["get", "hue"], ZONE_HUES.length], ...ZONE_HUES.flatMap((hue, i) => [i, hue]), COLOURS.inkSoft];
const projectHue = [
  "case",
  ["==", ["get", "state"], "unknown"],
  PROJECT_HUES.other,
  ["match", ["get", "hue"], ...["rail", "road", "water", "air"].flatMap((id) => [id, PROJECT_HUES[id]]), PROJECT_HUES.other],
];

/** Filter that keeps what is open in a year. */
const openIn = (year) => [
  "all",
  ["<=", ["coalesce", ["get", "opened"], 0], year],
  [">", ["coalesce", ["get", "closed"], 9999], year],
];
/** State of a project in a year: its opening may lie behind or before that year. */
const stateIn = (year, states) => [
  "let",
  "open",
  ["<=", ["coalesce", ["get", "opened"], 9999], year],
  [
    "any",
    ["all", ["var", "open"], ["literal", states.includes("open")]],
    ["all", ["!", ["var", "open"]], ["in", ["get", "state"], ["literal", states]]],
  ],
];

function line(id, source, filter, paint, extra = {}) {
  const { minzoom, ...layout } = extra;
  return {
    id,
    type: "line",
    source,
    ...(minzoom ? { minzoom } : {}),
    ...(filter ? { filter } : {}),
    layout: { "line-cap": "butt", "line-join": "round", ...layout },
    paint,
  };
}

function label(id, source, { filter, name, size, font = REGULAR, colour = COLOURS.ink, minzoom = 0, maxzoom = 24, layout = {}, paint = {} }) {
  return {
    id,
    type: "symbol",
    source,
    minzoom,
    maxzoom,
    ...(filter ? { filter } : {}),
    layout: {
      "text-field": ["get", name],
      "text-font": font,
      "text-size": size,
      "text-max-width": CJK_WRAP,
      "text-padding": 3,
      "symbol-sort-key": ["coalesce", ["get", "rank"], 9],
      ...layout,
    },
    paint: {
      "text-color": colour,
      "text-halo-color": COLOURS.halo,
      "text-halo-width": 1.6,
      "text-halo-blur": 0.4,
      ...paint,
    },
  };
}

/**
 * Return all layers from bottom to top, each with the switch it belongs to.
 *
 * @param {{year: number, language: string, answered: boolean}} state `answered`: an answer is drawn
 *   and the zones step back
 * @returns {{theme: string, layer: object}[]}
 */
export function allLayers(state) {
  const name = `name_${state.language}`;
  return [
    ...ground(),
    ...areas(),
    ...zones(state.answered),
    ...reach(),
    ...waters(),
    ...borders(),
    ...corridors(),
    ...roads(state.year),
    ...rail(state.year),
    ...projects(state.year),
    ...stations(state.year),
    ...cuts(),
    ...pairs(),
    ...names(name, state.year),
  ];
}

const inTheme = (theme, ...layers) => layers.map((layer) => ({ theme, layer }));

function ground() {
  return inTheme(
    "base",
    { id: "land", type: "fill", source: "land", paint: { "fill-color": COLOURS.context } },
    { id: "home", type: "fill", source: "home", paint: { "fill-color": COLOURS.land } },
  );
}

function zones(stepBack) {
  const areas = ["==", ["geometry-type"], "Polygon"];
  const points = ["==", ["geometry-type"], "Point"];
  const pilot = isA("group", "pilot");
  const named = ["==", ["get", "basis"], "named"];
  const inferred = ["!=", ["get", "basis"], "named"];
  const outline = (width) => ({ "line-color": zoneHue, "line-width": width, "line-opacity": 0.9 });
  return [
    ...inTheme(
      "zones",
      {
        id: "zones-fill",
        type: "fill",
        source: "zones",
        filter: ["all", areas, pilot, ["==", ["get", "fill"], true]],
        paint: { "fill-color": zoneHue, "fill-opacity": stepBack ? 0.04 : ["case", named, 0.2, 0.1] },
      },
      {
        id: "zones-hatch",
        type: "fill",
        source: "zones",
        filter: ["all", areas, pilot, ["==", ["get", "fill"], true], inferred],
        paint: { "fill-pattern": ["concat", "hatch-", ["to-string", ["%", ["get", "hue"], ZONE_HUES.length]]], "fill-opacity": stepBack ? 0.12 : 0.55 },
      },
      line("zones-named", "zones", ["all", areas, pilot, named], outline(byZoom(7, 1.6, 12, 3))),
      line("zones-inferred", "zones", ["all", areas, pilot, inferred], {
        ...outline(byZoom(7, 1.3, 12, 2.4)),
        "line-dasharray": [3, 2],
      }),
    ),
    ...inTheme(
      "platforms",
      {
        id: "platforms-fill",
        type: "fill",
        source: "zones",
        filter: ["all", areas, ["!", pilot], ["!", isA("level", "metro_region", "corridor_belt")]],
        paint: { "fill-color": COLOURS.inkSoft, "fill-opacity": 0.07 },
      },
      line("platforms-line", "zones", ["all", ["!=", ["geometry-type"], "Point"], ["!", pilot]], {
        "line-color": COLOURS.inkSoft,
        "line-width": 1.1,
        "line-dasharray": [2, 2],
      }),
      {
        id: "platforms-point",
        type: "circle",
        source: "zones",
        filter: ["all", points, ["!", pilot]],
        paint: {
          "circle-radius": byZoom(7, 2.6, 12, 5),
          "circle-color": "#FFFFFF",
          "circle-stroke-width": 1.6,
          "circle-stroke-color": COLOURS.inkSoft,
        },
      },
    ),
  ];
}

function areas() {
  return inTheme(
    "answer",
    { id: "areas", type: "fill", source: "areas", paint: { "fill-color": ["get", "colour"], "fill-opacity": 0.8 } },
    line("areas-line", "areas", null, { "line-color": "#FFFFFF", "line-width": byZoom(7, 0.4, 11, 1.2) }),
  );
}

function cuts() {
  return inTheme(
    "answer",
    line("cuts-halo", "cuts", null, { "line-color": "#FFFFFF", "line-width": ["+", ["get", "width"], 3], "line-opacity": 0.9 }, { "line-cap": "round" }),
    line("cuts", "cuts", null, { "line-color": ["get", "colour"], "line-width": ["get", "width"] }, { "line-cap": "round" }),
    {
      id: "cut-middles",
      type: "circle",
      source: "cutMiddles",
      paint: { "circle-radius": 5, "circle-color": ["get", "colour"], "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 1.6 },
    },
  );
}

function reach() {
  const colour = ["match", ["get", "minutes"], ...TIME_RAMP.flat(), "#277F8E"];
  return inTheme(
    "answer",
    { id: "reach", type: "fill", source: "isochrones", paint: { "fill-color": colour, "fill-opacity": 0.42 } },
    line("reach-line", "isochrones", null, {
      "line-color": ["match", ["get", "minutes"], 30, "#6E8F12", "#0F6E5E"],
      "line-width": 1.6,
    }),
  );
}

function waters() {
  return inTheme(
    "base",
    {
      id: "waters",
      type: "fill",
      source: "waters",
      filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": COLOURS.sea },
    },
    line("waters-line", "waters", ["==", ["geometry-type"], "LineString"], {
      "line-color": COLOURS.sea,
      "line-width": byZoom(7, 1.2, 12, 4),
    }),
    line("shore", "waters", ["all", ["==", ["geometry-type"], "Polygon"], isA("kind", "lake", "reservoir")], { "line-color": COLOURS.shore, "line-width": 0.6 }),
    line("land-shore", "land", null, { "line-color": COLOURS.shore, "line-width": byZoom(6, 0.6, 11, 1.1) }),
  );
}

function borders() {
  return [
    ...inTheme(
      "townships",
      line("townships-line", "townships", null, { "line-color": "#C9C6BC", "line-width": 0.6 }),
      {
        id: "townships",
        type: "fill",
        source: "townships",
        paint: { "fill-color": COLOURS.accent, "fill-opacity": ["case", ["boolean", ["feature-state", "hover"], false], 0.12, 0] },
      },
    ),
    ...inTheme(
      "base",
      line("county-border", "borders", isA("kind", "county"), { "line-color": COLOURS.countyBorder, "line-width": byZoom(7, 0.7, 12, 1.2) }),
      line("city-border", "borders", isA("kind", "city"), {
        "line-color": COLOURS.cityBorder,
        "line-width": byZoom(7, 1.4, 12, 2),
        "line-dasharray": [7, 2.2, 1.4, 2.2],
      }),
    ),
  ];
}

function corridors() {
  return inTheme(
    "corridors",
    line(
      "corridors",
      "corridors",
      ["==", ["geometry-type"], "LineString"],
      { "line-color": COLOURS.accent, "line-opacity": 0.16, "line-width": byZoom(6, 5, 8, 11, 11, 46), "line-blur": 1.5 },
      { "line-cap": "round" },
    ),
    line("corridors-axis", "corridors", ["==", ["geometry-type"], "LineString"], {
      "line-color": COLOURS.accent,
      "line-opacity": 0.55,
      "line-width": 0.9,
      "line-dasharray": [8, 3],
    }),
  );
}

function roads(year) {
  const open = openIn(year);
  const fast = isA("road_class", "motorway", "expressway", "bridge", "tunnel");
  return inTheme(
    "roads",
    line("road-local", "roads", ["all", open, isA("road_class", "link", "local")], { "line-color": "#DDD5C4", "line-width": 0.5 }, { minzoom: 9.2 }),
    line("road-trunk", "roads", ["all", open, isA("road_class", "trunk", "provincial", "national")], {
      "line-color": COLOURS.trunk,
      "line-width": byZoom(7, 0.6, 9, 0.9, 12, 2.4),
    }),
    line("road-ferry", "roads", ["all", open, isA("road_class", "ferry")], {
      "line-color": COLOURS.water,
      "line-width": 0.9,
      "line-dasharray": [2, 3],
    }),
    line("road-fast", "roads", ["all", open, fast], { "line-color": COLOURS.motorway, "line-width": byZoom(6, 1, 8, 1.6, 12, 5) }, { "line-cap": "round" }),
    line("road-fast-core", "roads", ["all", open, fast], { "line-color": COLOURS.motorwayCore, "line-width": byZoom(8, 0.4, 9, 0.8, 12, 3) }, { minzoom: 8.2, "line-cap": "round" }),
  );
}

function rail(year) {
  const open = openIn(year);
  const heavy = isA("mode", "hsr", "intercity", "conventional", "mixed");
  const light = isA("mode", "suburban", "metro", "tram", "maglev");
  return inTheme(
    "rail",
    line("rail-light", "rail", ["all", open, light], { "line-color": COLOURS.metro, "line-width": byZoom(8, 0.7, 12, 2) }, { minzoom: 8 }),
    line("rail-heavy", "rail", ["all", open, heavy], { "line-color": COLOURS.rail, "line-width": byZoom(6, 0.8, 8.5, 1.3, 9, 2.4, 12, 4) }),
    line(
      "rail-ties",
      "rail",
      ["all", open, heavy],
      { "line-color": "#FFFFFF", "line-width": byZoom(9, 1.3, 12, 2.6), "line-dasharray": [5, 5] },
      { minzoom: 9 },
    ),
  );
}

function projects(year) {
  const lines = ["==", ["geometry-type"], "LineString"];
  const width = byZoom(6, 1.8, 9, 3, 12, 5);
  const drawn = (id, states, dash) =>
    line(
      `project-${id}`,
      "projects",
      ["all", lines, stateIn(year, states)],
      { "line-color": projectHue, "line-width": width, "line-opacity": 0.9, ...(dash ? { "line-dasharray": dash } : {}) },
    );
  return inTheme(
    "projects",
    line("project-halo", "projects", lines, { "line-color": COLOURS.halo, "line-width": byZoom(6, 3.4, 9, 5, 12, 8) }),
    drawn("unknown", ["unknown", "study"], [0.5, 1.6]),
    drawn("planned", ["planned"], [0.8, 1.4]),
    drawn("building", ["under_construction", "partly_open"], [3, 1.4]),
    drawn("open", ["open"], null),
    {
      id: "project-point",
      type: "circle",
      source: "projects",
      filter: ["==", ["geometry-type"], "Point"],
      paint: {
        "circle-radius": byZoom(6, 3, 12, 6),
        "circle-color": ["case", ["<=", ["coalesce", ["get", "opened"], 9999], year], projectHue, "#FFFFFF"],
        "circle-stroke-width": 1.8,
        "circle-stroke-color": projectHue,
      },
    },
  );
}

function stations(year) {
  const open = openIn(year);
  const dot = (id, kinds, minzoom, radius) => ({
    id,
    type: "circle",
    source: "stations",
    minzoom,
    filter: ["all", open, isA("kind", ...kinds)],
    paint: {
      "circle-radius": radius,
      "circle-color": "#FFFFFF",
      "circle-stroke-width": 1.4,
      "circle-stroke-color": kinds.includes("rail") ? COLOURS.rail : COLOURS.metro,
    },
  });
  return inTheme(
    "stations",
    dot("stations-metro", ["metro", "tram"], 9.6, byZoom(9, 1.4, 12, 3)),
    dot("stations-rail", ["rail"], 8.2, byZoom(8, 1.6, 9, 2.6, 12, 4.5)),
  );
}

function pairs() {
  return inTheme(
    "answer",
    line("pairs-halo", "pairs", null, { "line-color": "#FFFFFF", "line-width": 5, "line-opacity": 0.85 }, { "line-cap": "round" }),
    line("pairs", "pairs", null, { "line-color": ["get", "colour"], "line-width": 2.6 }, { "line-cap": "round" }),
    {
      id: "pair-ends",
      type: "circle",
      source: "pairEnds",
      paint: { "circle-radius": 4, "circle-color": "#FFFFFF", "circle-stroke-color": COLOURS.ink, "circle-stroke-width": 2 },
    },
    {
      id: "spot",
      type: "circle",
      source: "spot",
      paint: { "circle-radius": 6, "circle-color": COLOURS.accent, "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 2 },
    },
    {
      id: "found",
      type: "circle",
      source: "found",
      paint: { "circle-radius": 11, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": COLOURS.accent, "circle-stroke-width": 2.4 },
    },
  );
}

// MapLibre places the labels of upper layers first, so the order here is the order of importance.
function names(name, year) {
  const beside = {
    "text-variable-anchor": ["left", "right", "top", "bottom"],
    "text-radial-offset": 0.7,
    "text-justify": "auto",
  };
  const kind = (...kinds) => isA("kind", ...kinds);
  return [
    ...inTheme(
      "names",
      label("name-town", "labels", { name, filter: kind("town"), size: 11, colour: COLOURS.inkSoft, minzoom: 10.2 }),
      label("name-water", "labels", {
        name,
        filter: kind("water"),
        size: byZoom(7, 11, 11, 14),
        colour: COLOURS.water,
        layout: { "text-letter-spacing": 0.25 },
        paint: { "text-halo-color": "rgba(221,233,240,0.85)" },
      }),
      label("name-road", "roads", {
        name: "ref",
        filter: ["all", openIn(year), ["!=", ["coalesce", ["get", "ref"], ""], ""], isA("road_class", "motorway", "expressway", "bridge")],
        size: 10,
        colour: "#8A6D3B",
        minzoom: 8.6,
        layout: { "symbol-placement": "line", "symbol-spacing": 420, "text-rotation-alignment": "viewport", "text-max-width": 99 },
      }),
    ),
    ...inTheme(
      "stations",
      label("name-station", "stations", {
        name,
        filter: ["all", openIn(year), isA("kind", "rail")],
        size: 11,
        minzoom: 9.2,
        layout: beside,
      }),
      label("name-metro", "stations", {
        name,
        filter: ["all", openIn(year), isA("kind", "metro", "tram")],
        size: 10,
        colour: COLOURS.inkSoft,
        minzoom: 11.5,
        layout: beside,
      }),
    ),
    ...inTheme(
      "names",
      label("name-county", "labels", { name, filter: kind("county"), size: byZoom(8, 11.5, 11, 14), colour: COLOURS.inkSoft, minzoom: 7.9 }),
      label("name-outside", "labels", { name, filter: kind("outside"), size: 12, colour: "#8B8F96", layout: { "text-letter-spacing": 0.15 } }),
    ),
    ...inTheme(
      "projects",
      label("name-project", "projects", {
        name,
        filter: ["==", ["geometry-type"], "LineString"],
        size: 11,
        colour: projectHue,
        minzoom: 8.8,
        layout: { "symbol-placement": "line", "symbol-spacing": 500, "text-max-width": 99, "text-offset": [0, -0.9] },
      }),
      label("name-project-point", "projects", {
        name,
        filter: ["==", ["geometry-type"], "Point"],
        size: 11,
        colour: projectHue,
        minzoom: 9.4,
        layout: beside,
      }),
    ),
    ...inTheme(
      "corridors",
      label("name-corridor", "corridors", {
        name,
        filter: ["==", ["geometry-type"], "LineString"],
        size: 12,
        colour: COLOURS.accent,
        layout: { "symbol-placement": "line", "symbol-spacing": 600, "text-max-width": 99 },
      }),
    ),
    ...inTheme(
      "platforms",
      label("name-platform", "zones", {
        name,
        filter: isA("group", "other"),
        size: 11,
        colour: COLOURS.inkSoft,
        minzoom: 9,
        layout: beside,
      }),
    ),
    ...inTheme(
      "zones",
      label("name-block", "labels", { name, filter: kind("block"), size: 12, font: BOLD, colour: zoneHue, minzoom: 8.7 }),
      label("name-zone", "labels", { name, filter: kind("zone"), size: byZoom(7, 11.5, 9, 13), font: BOLD, colour: zoneHue, minzoom: 7, maxzoom: 8.7 }),
    ),
    ...inTheme(
      "names",
      label("name-city", "labels", {
        name,
        filter: kind("city"),
        size: byZoom(6, 14, 10, 19),
        font: BOLD,
        layout: { "text-letter-spacing": 0.12, "text-padding": 4 },
      }),
    ),
    ...inTheme(
      "answer",
      label("cut-ratios", "cutMiddles", {
        name: "label",
        size: 13,
        font: BOLD,
        layout: { "text-allow-overlap": true, "text-anchor": "bottom", "text-offset": [0, -0.5] },
        paint: { "text-color": ["get", "colour"], "text-halo-width": 2.4, "text-halo-color": "#FFFFFF" },
      }),
      label("pair-minutes", "pairMiddles", {
        name: "label",
        size: 13,
        font: BOLD,
        layout: { "text-allow-overlap": true },
        paint: { "text-color": ["get", "colour"], "text-halo-width": 2.4, "text-halo-color": "#FFFFFF" },
      }),
      label("pair-names", "pairEnds", { name, size: 13, font: BOLD, layout: { ...beside, "text-radial-offset": 0.8 }, paint: { "text-halo-width": 2.2, "text-halo-color": "#FFFFFF" } }),
    ),
  ];
}
