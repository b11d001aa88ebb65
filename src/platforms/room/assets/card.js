// @ts-check
// A card as the bot gave it: every kind of block, span and action, and no knowledge of what any of them is for.

import { el, icon } from "./element.js";
import { menuOn } from "./menu.js";

/** @import { Action, Block, Card, Span, Tone } from "./types.js" */

/** The drawing before a heading, and what it says where the heading might not. @type {Record<Tone, [Parameters<typeof icon>[0], string?]>} */
const TONES = { plain: ["plain"], good: ["leaf"], care: ["care", "Worth a change:"], stop: ["stop", "Look here first:"] };

/**
 * @param {Card} card
 * @param {(id: string, values: string[]) => void} act  called when a button or a menu's item is chosen
 * @param {string} id  unique on the page; the heading bears it
 */
export function cardElement(card, act, id) {
  const title = card.link ? link(card.title, card.link) : card.title;
  return el(
    "div",
    { class: `card tone-${card.tone}` },
    el("h2", { class: "card-title", id: `title-${id}` }, icon(...(TONES[card.tone] ?? TONES.plain)), el("span", {}, title)),
    ...card.blocks.map(blockElement),
    card.actions.length > 0 && el("div", { class: "actions" }, ...card.actions.map((action) => actionElement(action, act))),
    card.footer && el("p", { class: "card-footer", text: card.footer }),
  );
}

/** @param {Block} block @returns {HTMLElement} */
function blockElement(block) {
  switch (block.kind) {
    case "heading":
      return el("h3", { text: block.text });
    case "quote":
      return el("blockquote", {}, el("p", { text: block.text }));
    case "bullets":
    case "steps":
      return el(block.kind === "steps" ? "ol" : "ul", {}, ...block.lines.map((line) => el("li", {}, ...line.map(spanNode))));
    case "text":
      return el("p", {}, ...block.line.map(spanNode));
    default:
      return el("p", { text: /** @type {any} */ (block).text ?? "" });
  }
}

/** @param {Span} span @returns {Node} */
function spanNode(span) {
  switch (span.kind) {
    case "strong":
      return el("strong", { text: span.text });
    case "words":
      return el("q", { class: "words", text: span.text });
    case "code":
      return el("code", { text: span.text });
    case "channel":
    case "role":
      return el("span", { class: "mention", text: span.name });
    case "link":
      return link(span.text, span.url);
    default:
      return document.createTextNode(span.text);
  }
}

/** Only the web's own addresses lead anywhere. @param {string} text @param {string} url */
function link(text, url) {
  if (!/^https?:\/\//i.test(url)) return document.createTextNode(text);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", text });
}

/** @param {Action} action @param {(id: string, values: string[]) => void} act */
function actionElement(action, act) {
  if (action.kind === "button") {
    const style = { primary: "button-primary", danger: "button-danger", secondary: "" }[action.style] ?? "";
    return el("button", {
      type: "button",
      class: `button ${style}`,
      "data-action": action.id,
      text: action.label,
      on: { click: () => act(action.id, []) },
    });
  }
  const button = el("button", { type: "button", class: "button button-menu", "data-action": action.id, text: action.prompt });
  const items = () =>
    action.choices.map(({ value, label, note }) => ({ label, note, run: () => act(action.id, [value]) }));
  return menuOn(button, items, action.prompt);
}
