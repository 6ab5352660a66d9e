// The map component: one instance a page element, updated by each run of the page.
//
// The page sends the whole state; the reader changes it here first (nothing waits for the server)
// and the page is told. Every message carries a number, so that an answer to an older message
// cannot undo what the reader has done since.

import { makeControls } from "./controls.js";
import { make, makeSvg } from "./dom.js";
import { registerGlyphs, FONT_FAMILY } from "./glyphs.js";
import { fillKey, fillLegend } from "./legend.js";
import { makeSearch } from "./search.js";
import { allLayers, emptyStyle, ANSWERS, SOURCES } from "./style.js";
import { addPatterns } from "./tokens.js";

const NOTHING = { type: "FeatureCollection", features: [] };
const HOVERED = ["cuts", "areas", "zones", "platforms", "projects", "stations", "corridors", "townships", "roads", "rail"];
// Paint that follows the year or an answer; all else is painted once.
const REPAINTED = { "project-point": ["circle-color"], "zones-fill": ["fill-opacity"], "zones-hatch": ["fill-opacity"] };
const instances = new WeakMap();
let library = null;

/**
 * Make or update the map below a root element.
 *
 * @param {object} options
 * @param {object} options.data state sent by the page
 * @param {ParentNode} options.root element or shadow root of the component
 * @param {(message: object) => void} options.send tells the page of a change
 * @returns {Promise<() => void>} clean-up
 */
export async function update({ data, root, send }) {
  let atlas = instances.get(root);
  if (!atlas) {
    atlas = { root, seq: 0, loaded: new Set(), shownLayers: [] };
    instances.set(root, atlas);
    atlas.ready = start(atlas, data);
  }
  atlas.send = send;
  atlas.latest = data;
  await atlas.ready;
  if (atlas.latest === data) await receive(atlas, data);
  return () => {
    atlas.watcher?.disconnect();
    atlas.map?.remove();
    instances.delete(root);
  };
}

async function start(atlas, data) {
  const { assets } = data;
  await Promise.all([stylesheet(atlas.root, `${assets}/maplibre-gl.css`), stylesheet(atlas.root, `${assets}/atlas.css`)]);
  const maplibregl = await loadLibrary(`${assets}/maplibre-gl.js`);
  atlas.canvasHost = make("div", { class: "canvas" });
  atlas.tip = make("div", { class: "tip", hidden: true });
  atlas.frame = make("div", { class: "atlas", "data-ready": "false", "data-asks": String(data.asks) }, [atlas.canvasHost, atlas.tip]);
  atlas.root.append(atlas.frame);
  const map = new maplibregl.Map({
    container: atlas.canvasHost,
    style: emptyStyle(),
    bounds: data.bounds,
    fitBoundsOptions: { padding: roomBeside() },
    maxBounds: data.limits,
    minZoom: 5.5,
    maxZoom: 13.5,
    localIdeographFontFamily: FONT_FAMILY,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: 0,
    renderWorldCopies: false,
    ...(data.camera ? { bounds: undefined, center: data.camera.slice(0, 2), zoom: data.camera[2] } : {}),
  });
  atlas.map = map;
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibregl.NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 110 }), "bottom-right");
  atlas.watcher = new ResizeObserver(() => map.resize());
  atlas.watcher.observe(atlas.frame);
  await map.once("load");
  addPatterns(map);
  map.on("click", (event) => answer(atlas, event));
  map.on("mousemove", (event) => hover(atlas, event));
  map.on("mouseout", () => { atlas.tip.hidden = true; });
  map.on("idle", () => { atlas.frame.dataset.ready = String(atlas.loaded.size > 0); });
}

const roomBeside = () => ({ left: 196, right: 24, top: 20, bottom: 20 });

// Taking in what the page says -------------------------------------------------------------------

async function receive(atlas, data) {
  const fresh = (data.state.seq ?? 0) >= atlas.seq;
  const newLanguage = atlas.language !== data.language;
  atlas.data = data;
  if (fresh) atlas.frame.dataset.busy = "false";
  if (fresh || !atlas.state) atlas.state = { ...data.state };
  if (newLanguage) {
    atlas.language = data.language;
    furnish(atlas);
  }
  await draw(atlas, newLanguage);
  showAnswers(atlas);
  furnishState(atlas);
}

function furnish(atlas) {
  const text = (key) => atlas.data.strings[key] ?? key;
  atlas.text = text;
  atlas.furniture?.forEach((part) => part.remove());
  atlas.controls = makeControls({ text, years: atlas.data.years, asks: atlas.data.asks, onChange: (change) => changed(atlas, change) });
  const search = makeSearch({
    url: atlas.data.index,
    text,
    language: atlas.language,
    onPick: (entry) => found(atlas, entry),
  });
  atlas.controls.element.prepend(search);
  atlas.legend = make("ul", {});
  atlas.key = make("div", { class: "key" });
  const legend = make("details", { class: "legend", open: true }, [make("summary", { text: text("legend") }), atlas.key, atlas.legend]);
  atlas.source = make("div", { class: "source" });
  atlas.hint = make("div", { class: "hint", text: text("hint") });
  const north = make("div", { class: "north", title: text("north") }, [
    makeSvg("svg", { width: 18, height: 26, viewBox: "0 0 18 26" }, [
      makeSvg("path", { d: "M9 1 L15 17 L9 13 Z", fill: "#23272E" }),
      makeSvg("path", { d: "M9 1 L3 17 L9 13 Z", fill: "#fff", stroke: "#23272E", "stroke-width": 0.8 }),
    ]),
    make("span", { text: "N" }),
  ]);
  atlas.furniture = [atlas.controls.element, legend, north, atlas.source, atlas.hint];
  atlas.frame.append(...atlas.furniture);
}

function furnishState(atlas) {
  const { state, data, text } = atlas;
  atlas.controls.show(state);
  const has = (id) => (data.answers[id]?.features ?? []).length > 0;
  atlas.source.textContent = `${text("source")} · ${state.year}`;
  const busy = atlas.frame.dataset.busy === "true";
  atlas.hint.textContent = text(busy ? "busy" : data.asks ? "hint" : "hint.access");
  atlas.hint.hidden = !busy && (data.asks ? Boolean(data.at) || has("pairs") : !has("areas") && !has("cuts"));
  fillKey(atlas.key, data.answers.key);
  fillLegend(atlas.legend, { ...state, reach: has("isochrones"), pairs: has("pairs"), keyed: Boolean(data.answers.key) }, text);
}

// Drawing -----------------------------------------------------------------------------------------

async function draw(atlas, newLanguage) {
  const { map, state, language } = atlas;
  const on = new Set(["base", "answer", ...state.on]);
  await Promise.all([...on].flatMap((theme) => SOURCES[theme] ?? []).map((id) => ensureSource(atlas, id)));
  const answered = ["isochrones", "pairs", "areas", "cuts"].some((id) => (atlas.data.answers[id]?.features ?? []).length > 0);
  const wanted = allLayers({ year: state.year, language, answered }).filter(
    ({ layer }) => !layer.source || map.getSource(layer.source),
  );
  let above;
  for (const { theme, layer } of [...wanted].reverse()) {
    const visibility = on.has(theme) ? "visible" : "none";
    if (!map.getLayer(layer.id)) {
      map.addLayer({ ...layer, layout: { ...layer.layout, visibility } }, above);
    } else {
      if (map.getLayoutProperty(layer.id, "visibility") !== visibility) map.setLayoutProperty(layer.id, "visibility", visibility);
      if (layer.filter) map.setFilter(layer.id, layer.filter);
      if (newLanguage && layer.type === "symbol") map.setLayoutProperty(layer.id, "text-field", layer.layout["text-field"]);
      for (const property of REPAINTED[layer.id] ?? []) map.setPaintProperty(layer.id, property, layer.paint[property]);
    }
    above = layer.id;
  }
}

async function ensureSource(atlas, id) {
  if (atlas.loaded.has(id) || !atlas.data.layers[id]) return;
  atlas.loaded.add(id);
  atlas.map.addSource(id, { type: "geojson", data: new URL(atlas.data.layers[id], location.origin).href, tolerance: 0.3, buffer: 32, generateId: true });
}

function showAnswers(atlas) {
  const { map, data } = atlas;
  for (const id of ANSWERS) {
    const content = id === "spot" ? spot(data.at) : id === "found" ? atlas.foundPlace : data.answers[id];
    map.getSource(id)?.setData(content ?? NOTHING);
  }
  const view = data.answers.view;
  if (view && view.key !== atlas.lastView) map.fitBounds(view.bounds, { padding: { ...roomBeside(), top: 60, right: 80, bottom: 130 }, maxZoom: 9.5, duration: 500 });
  atlas.lastView = view?.key;
}

const point = (lon, lat) => ({ type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [lon, lat] } }] });
const spot = (at) => (at ? point(...at) : NOTHING);

// What the reader does -----------------------------------------------------------------------------

function changed(atlas, change) {
  atlas.state = { ...atlas.state, ...change };
  furnishState(atlas);
  draw(atlas, false);
  tell(atlas);
}

function tell(atlas, extra = {}) {
  atlas.seq = Date.now();
  const { lng, lat } = atlas.map.getCenter();
  const camera = [round(lng), round(lat), Math.round(atlas.map.getZoom() * 100) / 100];
  atlas.send({ ...atlas.state, ...extra, camera, seq: atlas.seq });
}

const round = (degrees) => Math.round(degrees * 1e5) / 1e5;

function answer(atlas, event) {
  if (!atlas.data.asks) return;
  const at = [round(event.lngLat.lng), round(event.lngLat.lat)];
  atlas.frame.dataset.busy = "true";
  atlas.map.getSource("spot").setData(spot(at));
  furnishState(atlas);
  tell(atlas, { at });
}

function found(atlas, { lon, lat }) {
  atlas.foundPlace = point(lon, lat);
  atlas.map.getSource("found").setData(atlas.foundPlace);
  atlas.map.flyTo({ center: [lon, lat], zoom: Math.max(atlas.map.getZoom(), 10.4), padding: roomBeside(), duration: 900 });
}

function hover(atlas, event) {
  if (atlas.hoverQueued) return;
  atlas.hoverQueued = true;
  requestAnimationFrame(() => {
    atlas.hoverQueued = false;
    if (!atlas.map.getCanvas().isConnected) return;
    const near = [[event.point.x - 4, event.point.y - 4], [event.point.x + 4, event.point.y + 4]];
    const features = atlas.map
      .queryRenderedFeatures(near)
      .filter(({ source, properties }) => HOVERED.includes(source) && properties.name_zh);
    showTip(atlas, event.point, features);
  });
}

function showTip(atlas, at, features) {
  const { tip, text, language } = atlas;
  const rank = ({ source }) => ["cuts", "areas", "stations", "projects", "zones", "corridors", "rail", "roads", "townships"].indexOf(source);
  const seen = new Set();
  const rows = features
    .sort((a, b) => rank(a) - rank(b))
    .filter(({ properties }) => !seen.has(properties.name_zh) && seen.add(properties.name_zh))
    .slice(0, 4)
    .map(({ source, properties }) => {
      const guessed = properties.basis === "inferred" || properties.certainty === "guess" || properties.certainty === "low";
      return make("div", {}, [
        make("b", { text: (language === "en" && properties.name_en) || properties.name_zh }),
        make("small", { text: properties.value ?? text(`kind.${source}`) }),
        ...(guessed ? [make("i", { text: text("guess") })] : []),
      ]);
    });
  tip.hidden = rows.length === 0;
  tip.replaceChildren(...rows);
  const left = at.x > atlas.frame.clientWidth - 240;
  tip.style.transform = `translate(${left ? at.x - 14 : at.x + 14}px, ${at.y + 14}px)${left ? " translateX(-100%)" : ""}`;
}

// Loading ------------------------------------------------------------------------------------------

function loadLibrary(src) {
  library ??= new Promise((resolve, reject) => {
    const done = () => {
      registerGlyphs(window.maplibregl);
      resolve(window.maplibregl);
    };
    if (window.maplibregl) done();
    else document.head.append(make("script", { src, on: { load: done, error: () => reject(new Error(`cannot load ${src}`)) } }));
  });
  return library;
}

function stylesheet(root, href) {
  return new Promise((resolve) => {
    root.append(make("link", { rel: "stylesheet", href, on: { load: resolve, error: resolve } }));
  });
}
