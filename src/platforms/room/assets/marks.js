// @ts-check
// Places in a text: from the server's bytes to the browser's units, through edits, and onto the paper.

import { el } from "./element.js";

/** @import { Severity } from "./types.js" */

/** @typedef {{start: number, end: number, key: string, kind: Severity | "strength" | "open"}} Mark  Places in UTF-16 units. */

/** @type {Record<Mark["kind"], number>} */
const WEIGHT = { strength: 0, open: 1, low: 2, medium: 3, high: 4 };

/**
 * Turns places in UTF-8 bytes of a text into places in UTF-16 units, in one walk for all of them.
 * @param {string} text @param {number[]} places @returns {Map<number, number>}
 */
export function unitsOf(text, places) {
  const sorted = [...new Set(places)].sort((a, b) => a - b);
  const found = new Map();
  let unit = 0;
  let byte = 0;
  for (const place of sorted) {
    while (byte < place && unit < text.length) {
      const code = /** @type {number} */ (text.codePointAt(unit));
      byte += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      unit += code < 0x10000 ? 1 : 2;
    }
    found.set(place, unit);
  }
  return found;
}

/**
 * Where marks stand after an edit. A mark that the edit touched is gone: its words are no longer those judged.
 * @param {Mark[]} marks @param {string} before @param {string} after @returns {Mark[]}
 */
export function moved(marks, before, after) {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const shift = after.length - before.length;
  const end = before.length - tail;
  return marks.flatMap((mark) => {
    if (mark.end <= head) return [mark];
    if (mark.start >= end) return [{ ...mark, start: mark.start + shift, end: mark.end + shift }];
    return [];
  });
}

/**
 * Writes a text into an element with its marks underlined. Where marks overlap, the weightiest shows.
 * @param {HTMLElement} element @param {string} text @param {Mark[]} marks
 */
export function paint(element, text, marks) {
  const cuts = [...new Set([0, text.length, ...marks.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  const pieces = document.createDocumentFragment();
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const words = text.slice(cuts[i], cuts[i + 1]);
    const here = marks.filter(({ start, end }) => start <= cuts[i] && end >= cuts[i + 1]);
    if (!here.length) {
      pieces.append(words);
      continue;
    }
    const top = here.reduce((a, b) => (WEIGHT[b.kind] > WEIGHT[a.kind] ? b : a));
    pieces.append(el("mark", { class: `mark-${top.kind}`, "data-keys": here.map(({ key }) => key).join(" "), text: words }));
  }
  // A last empty line has height in a text area; here it needs something to stand on.
  pieces.append("\u200b");
  element.replaceChildren(pieces);
}
