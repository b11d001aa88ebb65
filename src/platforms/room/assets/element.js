// @ts-check
// Elements, built without a single line of markup from a string: what people type is only ever text.

/**
 * An element with its attributes and children. `text` sets the text, `on` the listeners; an attribute that is null,
 * undefined or false stays away.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  furnish(element, properties);
  append(element, children);
  return element;
}

/**
 * The same for a drawing.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {SVGElement}
 */
export function svg(tag, properties = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  furnish(element, properties);
  append(element, children);
  return element;
}

/** @param {Element} element @param {Record<string, any>} properties */
function furnish(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

/** @param {Element} element @param {(Node | string | null | undefined | false)[]} children */
function append(element, children) {
  for (const child of children) if (child) element.append(child);
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

const DRAWINGS = {
  good: "M10 2.6a7.4 7.4 0 100 14.8 7.4 7.4 0 000-14.8zM6.6 10.3l2.4 2.4 4.4-5",
  care: "M10 3l7.6 13.6H2.4zM10 8v4M10 14.3v.1",
  stop: "M6.8 2.6h6.4l4.2 4.2v6.4l-4.2 4.2H6.8l-4.2-4.2V6.8zM10 6.2v4.6M10 13.7v.1",
  plain: "M10 2.6a7.4 7.4 0 100 14.8 7.4 7.4 0 000-14.8zM10 9.3v4.3M10 6.5v.1",
  close: "M5.5 5.5l9 9M14.5 5.5l-9 9",
  more: "M5 10h.1M10 10h.1M15 10h.1",
  send: "M4 10h11M10.5 5.2L15.3 10l-4.8 4.8",
  leaf: "M4.5 15.5C4 8.5 8 4.5 15.5 4.5c.5 7-3.5 11.5-11 11zM4.5 15.5l5.5-5.5",
  copy: "M7.5 7.5h8v8h-8zM12.5 7.5v-3h-8v8h3",
  eye: "M2.8 10S5.5 5.4 10 5.4 17.2 10 17.2 10 14.5 14.6 10 14.6 2.8 10 2.8 10zM10 12a2 2 0 100-4 2 2 0 000 4z",
  print: "M6 8V4h8v4M6 13H4V8h12v5h-2M6 11.5h8V16H6z",
};

/**
 * A small drawing; with a label it is read out, without one it is only ornament.
 * @param {keyof typeof DRAWINGS} name @param {string} [label]
 */
export function icon(name, label) {
  const hidden = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return svg("svg", { class: `icon icon-${name}`, viewBox: "0 0 20 20", ...hidden }, svg("path", { d: DRAWINGS[name] }));
}

let waiting = 0;

/**
 * Says something to those who listen to the page, once they have a moment.
 * @param {string} words
 */
export function announce(words) {
  const region = byId("said");
  region.textContent = "";
  clearTimeout(waiting);
  waiting = setTimeout(() => { region.textContent = words; }, 120);
}
