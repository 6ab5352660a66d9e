// Colours, widths and patterns of the map: the only place where they are stated for the browser.

export const COLOURS = {
  sea: "#DDE9F0",
  land: "#F5F2EA",
  context: "#EEEEE9",
  shore: "#B9CCD8",
  cityBorder: "#8A8F98",
  countyBorder: "#B5B9C0",
  motorway: "#C9B99A",
  motorwayCore: "#F7EFDD",
  trunk: "#CDBFA6",
  rail: "#4A4F57",
  metro: "#8792A6",
  ink: "#23272E",
  inkSoft: "#5B616B",
  water: "#5E87A3",
  halo: "rgba(250,248,242,0.92)",
  accent: "#1F4E79",
};

// Five hues of equal weight for the pilot zones, in the order of their ids (Okabe-Ito family,
// darkened to one lightness so that none shouts and all survive red-green blindness).
export const ZONE_HUES = ["#B4530A", "#1B6CA8", "#6A4C93", "#0B7A6B", "#A3275C", "#6B6F2A"];

export const PROJECT_HUES = {
  rail: "#7A2E8E",
  road: "#B5541C",
  water: "#1D7391",
  air: "#4F6B1F",
  other: "#6B6F76",
};

// Light is near: viridis turned round, cut before its darkest end so that names stay readable.
export const TIME_RAMP = [
  [15, "#FDE725"],
  [30, "#A5DB36"],
  [45, "#4AC16D"],
  [60, "#1FA187"],
  [90, "#277F8E"],
];

export const VERDICT_HUES = {
  met: "#2E7D4F",
  "partly met": "#C98A1B",
  "not met": "#B23A3A",
  "not decidable": "#7A7F87",
};

const RATIO = 2; // pattern pixels a screen pixel

/** Add the fill patterns: one diagonal hatch a zone hue. */
export function addPatterns(map) {
  ZONE_HUES.forEach((hue, index) => map.addImage(`hatch-${index}`, hatch(hue), { pixelRatio: RATIO }));
}

function hatch(hue) {
  const size = 8 * RATIO;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  context.strokeStyle = hue;
  context.globalAlpha = 0.55;
  context.lineWidth = 1.1 * RATIO;
  for (const shift of [-size, 0, size]) {
    context.beginPath();
    context.moveTo(shift, size);
    context.lineTo(shift + size, 0);
    context.stroke();
  }
  return context.getImageData(0, 0, size, size);
}
