// Latin letters, digits and punctuation for map labels, drawn with the reader's own fonts.
//
// MapLibre draws Chinese from local fonts but asks a glyph server for everything else. This module
// answers that request inside the page: a protocol of its own renders a range of 256 characters on a
// canvas, turns them into signed distance fields (exact Euclidean transform of Felzenszwalb and
// Huttenlocher, 2012) and packs them as the protocol buffer that MapLibre expects.

export const FONT_FAMILY =
  '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';
export const GLYPHS_URL = "atlas-glyphs://{fontstack}/{range}";

const SIZE = 24; // em size that MapLibre scales from
const BORDER = 3; // empty pixels that the format keeps around a bitmap
const RADIUS = 8; // distance at which the field reaches its ends
const EDGE = 0.75; // share of the byte range that lies on the inside of an outline
const BASELINE = 27; // offset of MapLibre's own local glyphs, so that both kinds share a baseline
const FAR = 1e9;

/** Register the protocol once a page. */
export function registerGlyphs(maplibregl) {
  maplibregl.addProtocol("atlas-glyphs", async ({ url }) => {
    const [stack, range] = url.slice("atlas-glyphs://".length).split("/");
    const start = Number(range.split("-")[0]);
    return { data: glyphRange(decodeURIComponent(stack), start) };
  });
}

function glyphRange(stack, start) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * 3;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.font = `${/bold/i.test(stack) ? 600 : 400} ${SIZE}px ${FONT_FAMILY}`;
  context.textBaseline = "alphabetic";
  const glyphs = [];
  for (let code = start; code < start + 256; code += 1) {
    if (isDrawable(code)) glyphs.push(field(3, glyphMessage(context, code)));
  }
  const fontstack = concat([
    field(1, utf8(stack)),
    field(2, utf8(`${start}-${start + 255}`)),
    ...glyphs,
  ]);
  return field(1, fontstack).buffer;
}

function isDrawable(code) {
  return (code >= 32 && code < 127) || (code >= 160 && code < 0x2000) || (code >= 0x2010 && code < 0x2600);
}

function glyphMessage(context, code) {
  const letter = String.fromCodePoint(code);
  const box = context.measureText(letter);
  const left = Math.floor(-box.actualBoundingBoxLeft);
  const top = Math.ceil(box.actualBoundingBoxAscent);
  const width = Math.min(SIZE * 2, Math.max(0, Math.ceil(box.actualBoundingBoxRight) - left));
  const height = Math.min(SIZE * 2, Math.max(0, Math.ceil(box.actualBoundingBoxDescent) + top));
  const metrics = [
    number(1, code),
    number(3, width),
    number(4, height),
    number(5, zigzag(left)),
    number(6, zigzag(top - BASELINE)),
    number(7, Math.round(box.width)),
  ];
  if (width > 0 && height > 0) {
    metrics.splice(1, 0, field(2, distanceField(context, letter, { left, top, width, height })));
  }
  return concat(metrics);
}

function distanceField(context, letter, { left, top, width, height }) {
  const columns = width + 2 * BORDER;
  const rows = height + 2 * BORDER;
  context.clearRect(0, 0, columns, rows);
  context.fillText(letter, BORDER - left, BORDER + top);
  const { data } = context.getImageData(0, 0, columns, rows);
  const outside = new Float64Array(columns * rows);
  const inside = new Float64Array(columns * rows);
  for (let i = 0; i < outside.length; i += 1) {
    const cover = data[4 * i + 3] / 255;
    outside[i] = cover >= 1 ? 0 : cover <= 0 ? FAR : Math.max(0, 0.5 - cover) ** 2;
    inside[i] = cover <= 0 ? 0 : cover >= 1 ? FAR : Math.max(0, cover - 0.5) ** 2;
  }
  squaredDistances(outside, columns, rows);
  squaredDistances(inside, columns, rows);
  return Uint8Array.from(outside, (squared, i) => {
    const distance = Math.sqrt(squared) - Math.sqrt(inside[i]);
    return Math.max(0, Math.min(255, Math.round(255 * (EDGE - distance / RADIUS))));
  });
}

function squaredDistances(grid, columns, rows) {
  const longest = Math.max(columns, rows);
  const work = { f: new Float64Array(longest), v: new Int32Array(longest), z: new Float64Array(longest + 1) };
  for (let x = 0; x < columns; x += 1) lowerEnvelope(grid, x, columns, rows, work);
  for (let y = 0; y < rows; y += 1) lowerEnvelope(grid, y * columns, 1, columns, work);
}

function lowerEnvelope(grid, offset, stride, count, { f, v, z }) {
  for (let q = 0; q < count; q += 1) f[q] = grid[offset + q * stride];
  v[0] = 0;
  z[0] = -FAR * FAR;
  z[1] = FAR * FAR;
  let k = 0;
  for (let q = 1; q < count; q += 1) {
    let crossing = 0;
    for (;;) {
      const r = v[k];
      crossing = (f[q] - f[r] + q * q - r * r) / (2 * (q - r));
      if (crossing > z[k] || k === 0) break;
      k -= 1;
    }
    if (crossing > z[k]) k += 1;
    v[k] = q;
    z[k] = crossing;
    z[k + 1] = FAR * FAR;
  }
  k = 0;
  for (let q = 0; q < count; q += 1) {
    while (z[k + 1] < q) k += 1;
    grid[offset + q * stride] = f[v[k]] + (q - v[k]) ** 2;
  }
}

// Protocol buffer primitives ------------------------------------------------------------------

const zigzag = (value) => (value << 1) ^ (value >> 31);
const utf8 = (value) => new TextEncoder().encode(value);

function varint(value) {
  const bytes = [];
  for (let rest = value >>> 0; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
}

const number = (tag, value) => Uint8Array.from([...varint(tag << 3), ...varint(value)]);
const field = (tag, bytes) => concat([Uint8Array.from([...varint((tag << 3) | 2), ...varint(bytes.length)]), bytes]);

function concat(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
