// @ts-check
// The weeks as a garden: a stem as tall as the reviews asked for, a leaf for what was mended, a petal for each tip.

import { el, svg } from "./element.js";

/** @import { Week } from "./types.js" */

const HEIGHT = 250;
const GROUND = 206;
const TALLEST = 172;
const SHORTEST = 26;
const STEP = 66;
/** The most leaves on a stem; past it, a leaf stands for several. */
const MOST_LEAVES = 12;
const MOST_PETALS = 9;

/** @param {Week[] | null} weeks  null while too few people took part */
export function pictureElement(weeks) {
  if (!weeks) {
    return el("figure", { class: "garden" }, bare(),
      el("figcaption", { class: "hint", text: "Hidden while fewer than five people took part in a week: with so few, a count would be a name." }));
  }
  if (!weeks.length) {
    return el("figure", { class: "garden" }, bare(), el("figcaption", { class: "hint", text: "Nothing has grown yet. The first week will stand here." }));
  }
  const place = el("div", { class: "garden-place" });
  let shown = 0;
  new ResizeObserver(() => {
    const fitting = Math.max(3, Math.floor(place.clientWidth / STEP));
    const count = Math.min(weeks.length, fitting);
    if (count === shown) return;
    shown = count;
    place.replaceChildren(garden(weeks.slice(-count)));
  }).observe(place);
  return el(
    "figure",
    { class: "garden" },
    place,
    el("figcaption", { class: "key" },
      el("span", {}, key("stem"), "height: reviews asked for"),
      el("span", {}, key("leaf"), "leaves: findings mended"),
      el("span", {}, key("petal"), "petals: tips posted")),
    el("details", { class: "numbers" }, el("summary", { text: "The same in numbers" }), table(weeks)),
  );
}

/** @param {Week[]} weeks */
function garden(weeks) {
  const width = Math.max(weeks.length * STEP, 240);
  const most = Math.max(1, ...weeks.map(({ reviews }) => reviews));
  const leaf = Math.max(1, Math.ceil(Math.max(...weeks.map(({ mended }) => mended)) / MOST_LEAVES));
  const left = (width - weeks.length * STEP) / 2 + STEP / 2;
  const last = weeks[weeks.length - 1];
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", class: "garden-picture",
      "aria-label": `${weeks.length} weeks as plants; last week ${last.reviews} reviews, ${last.mended} findings mended, ${last.tips} tips. The numbers follow as a table.` },
    ground(width),
    ...weeks.map((week, at) => plant(week, left + at * STEP, at, most, leaf)),
  );
}

/** @param {Week} week @param {number} x @param {number} at @param {number} most @param {number} leaf  findings a leaf */
function plant(week, x, at, most, leaf) {
  const height = week.reviews ? SHORTEST + (TALLEST - SHORTEST) * (week.reviews / most) : 0;
  // A sway that looks grown and is the same every time.
  const sway = Math.sin(at * 2.4 + 1) * Math.min(14, height / 6);
  const top = { x: x + sway, y: GROUND - height };
  const bend = { x: x - sway * 0.7, y: GROUND - height * 0.55 };
  const along = (/** @type {number} */ t) => ({
    x: (1 - t) ** 2 * x + 2 * t * (1 - t) * bend.x + t ** 2 * top.x,
    y: (1 - t) ** 2 * GROUND + 2 * t * (1 - t) * bend.y + t ** 2 * top.y,
  });
  const leaves = Math.round(week.mended / leaf);
  const drawn = [];
  for (let i = 0; i < leaves; i += 1) {
    const t = 0.16 + (0.7 * (i + 0.5)) / Math.max(leaves, 3);
    const { x: lx, y: ly } = along(t);
    const side = i % 2 ? 1 : -1;
    const size = 0.78 + 0.3 * (1 - t);
    drawn.push(svg("path", {
      class: `leaf leaf-${i % 3}`, d: "M0 0C5-9 15-11 22-8 18 0 9 4 0 0z",
      transform: `translate(${lx.toFixed(1)} ${ly.toFixed(1)}) scale(${(side * size).toFixed(2)} ${size.toFixed(2)}) rotate(${-14 - (i % 3) * 7})`,
    }));
  }
  const petals = Math.min(week.tips, MOST_PETALS);
  const turn = 360 / Math.max(petals, 1);
  const flower = Array.from({ length: petals }, (_, i) =>
    svg("ellipse", { class: `petal petal-${at % 3}`, cx: 0, cy: -9.5, rx: petals > 6 ? 4 : 5.2, ry: 8.2, transform: `rotate(${(i * turn + at * 13).toFixed(0)})` }));
  return svg(
    "g",
    { class: "plant" },
    svg("title", {}, `${nameOf(week)}: ${week.reviews} reviews, ${week.mended} mended, ${week.tips} tips`),
    svg("rect", { x: x - STEP / 2, y: 0, width: STEP, height: HEIGHT, fill: "transparent" }),
    height > 0 && svg("path", { class: "stem", d: `M${x.toFixed(1)} ${GROUND}Q${bend.x.toFixed(1)} ${bend.y.toFixed(1)} ${top.x.toFixed(1)} ${top.y.toFixed(1)}` }),
    ...drawn,
    svg("g", { transform: `translate(${top.x.toFixed(1)} ${(top.y - (height ? 0 : 8)).toFixed(1)})` }, ...flower,
      petals > 0 ? svg("circle", { class: "heart", r: 4.6 }) : height > 0 && svg("circle", { class: "bud", r: 3.4 })),
    svg("text", { class: "week-name", x, y: GROUND + 28, "text-anchor": "middle" }, nameOf(week)),
  );
}

/** “week 47”, or the day that it begins on, as the server names it. @param {Week} week */
function nameOf({ week }) {
  const [, number] = /W0?(\d+)$/.exec(week) ?? [];
  if (number) return `week ${number}`;
  const day = new Date(`${week}T12:00:00Z`);
  return Number.isNaN(day.valueOf()) ? week : day.toLocaleDateString([], { day: "numeric", month: "short", timeZone: "UTC" });
}

/** @param {number} width */
const ground = (width) =>
  svg("path", { class: "ground", d: `M0 ${GROUND + 2}C${width * 0.25} ${GROUND - 3} ${width * 0.45} ${GROUND + 5} ${width * 0.6} ${GROUND + 1}S${width * 0.9} ${GROUND - 2} ${width} ${GROUND + 2}` });

/** The ground before anything has grown, or while it may not be seen. */
function bare() {
  const seeds = Array.from({ length: 7 }, (_, i) =>
    svg("ellipse", { class: "seed", cx: 80 + i * 80, cy: 92 + Math.sin(i * 1.9) * 4, rx: 4, ry: 2.6, transform: `rotate(${i * 24} ${80 + i * 80} 92)` }));
  return svg("svg", { viewBox: "0 0 640 120", class: "garden-picture is-bare", "aria-hidden": "true" },
    svg("path", { class: "ground", d: "M0 78C160 73 290 82 384 78S576 75 640 79" }), ...seeds);
}

/** @param {"stem" | "leaf" | "petal"} part */
function key(part) {
  const drawing = {
    stem: () => svg("path", { class: "stem", d: "M10 19Q7 10 11 2" }),
    leaf: () => svg("path", { class: "leaf leaf-0", d: "M0 0C5-9 15-11 22-8 18 0 9 4 0 0z", transform: "translate(1 14) scale(.85)" }),
    petal: () => svg("ellipse", { class: "petal petal-0", cx: 10, cy: 10, rx: 5, ry: 8 }),
  };
  return svg("svg", { viewBox: "0 0 20 20", class: "key-mark", "aria-hidden": "true" }, drawing[part]());
}

/** @param {Week[]} weeks */
function table(weeks) {
  const cell = (/** @type {string | number} */ value) => el("td", { text: String(value) });
  return el(
    "table",
    {},
    el("caption", { class: "visually-hidden", text: "By week: tips posted, reviews asked for, findings mended" }),
    el("thead", {}, el("tr", {}, ...["Week", "Tips posted", "Reviews asked for", "Findings mended"].map((name) => el("th", { scope: "col", text: name })))),
    el("tbody", {}, ...[...weeks].reverse().map(({ week, tips, reviews, mended }) =>
      el("tr", {}, el("th", { scope: "row", text: week }), cell(tips), cell(reviews), cell(mended)))),
  );
}
