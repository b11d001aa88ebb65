// @ts-check
// A channel: its messages, what only you can see among them, and what may be done with each.

import { cardElement } from "./card.js";
import { openForm } from "./dialog.js";
import { announce, byId, el, icon, svg } from "./element.js";
import { menuOn } from "./menu.js";
import { address, attempt, channelById, known, mayUse, room, take } from "./model.js";
import * as server from "./server.js";

/** @import { Message, PrivateCard } from "./types.js" */

const log = byId("log");
/** How near the end counts as being there, in pixels. */
const NEAR_END = 80;
/** Words of a message in the name of its menu. */
const SHORT = 60;

/** @type {(message: Message) => void} */
let answerAtDesk = () => {};

/** @param {(message: Message) => void} listener */
export const onAnswerAtDesk = (listener) => { answerAtDesk = listener; };

/** The seat and the channel that were shown last. */
let shownFor = "";

/** Shows the channel afresh; where it is the one that stood there, the place in it and the focus are kept. */
export function showChannel() {
  const fits = address("channel");
  const top = fits === shownFor && !atEnd() ? log.scrollTop : null;
  const focus = fits === shownFor && log.contains(document.activeElement) ? document.activeElement : null;
  shownFor = fits;
  const channel = channelById(room.channel);
  byId("channel-name").textContent = channel?.name ?? "";
  byId("channel-note").textContent = channel?.watched ? "watched: coaching knows this conversation" : "not watched";
  const messages = (channel?.messages ?? []).map(messageElement);
  const cards = known().private.filter((card) => card.channel === room.channel).map(privateElement);
  log.replaceChildren(
    ...(messages.length + cards.length ? [] : [el("li", { class: "nothing", text: "Nobody has said anything here yet." })]),
    ...messages,
    ...cards,
  );
  rove();
  const held = focus?.closest("[data-id]")?.getAttribute("data-id");
  const item = held && itemOf(held);
  if (focus && item) refocus(focus, item);
  log.scrollTop = top ?? log.scrollHeight;
}

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_END;

/** Gives the focus to what does in a new item what held it in the old one, or to the item itself. @param {Element} held @param {HTMLElement} item */
function refocus(held, item) {
  const action = held.getAttribute("data-action");
  const same = action && item.querySelector(`[data-action="${CSS.escape(action)}"]`);
  (same instanceof HTMLElement ? same : item).focus();
}

/** @param {Message} message  new or changed */
export function showMessage(message) {
  if (message.channel !== room.channel) return;
  place(messageElement(message));
  if (message.author.id !== known().me) announce(`${message.author.name}: ${message.text ?? message.card?.title ?? ""}`);
}

/** @param {PrivateCard} card  new or changed */
export function showPrivate(card) {
  if (card.channel !== room.channel) return;
  place(privateElement(card));
  announce(`Only you: ${card.card.title}`);
}

/** @param {string} id  of a message or a private card */
export function remove(id) {
  const item = itemOf(id);
  if (!item) return;
  const held = item.contains(document.activeElement);
  item.remove();
  rove();
  if (held) byId("say").focus();
}

/** @param {string} id */
const itemOf = (id) => /** @type {HTMLElement | null} */ (log.querySelector(`[data-id="${CSS.escape(id)}"]`));

/** Puts an item where it stood before, or at the end; the focus and the end of the list are kept. @param {HTMLElement} item */
function place(item) {
  const end = atEnd();
  log.querySelector(".nothing")?.remove();
  const before = itemOf(item.dataset.id ?? "");
  if (before) {
    const focused = before.contains(document.activeElement) ? document.activeElement : null;
    before.replaceWith(item);
    if (focused) refocus(focused, item);
  } else {
    item.classList.add("arrives");
    log.append(item);
  }
  rove();
  if (end || item.classList.contains("private")) item.scrollIntoView({ block: "nearest" });
}

/** @param {Message} message */
function messageElement(message) {
  const { author } = message;
  const at = new Date(message.at);
  const clock = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return el(
    "li",
    { class: `message from-${author.role}`, "data-id": message.id, tabindex: "-1" },
    avatar(author.name, author.role),
    el(
      "div",
      { class: "message-body" },
      el(
        "p",
        { class: "byline" },
        el("span", { class: "author", text: author.name }),
        author.role === "bot" && el("span", { class: "badge", text: "bot" }),
        el("time", { datetime: message.at, title: at.toLocaleString(), text: clock }),
      ),
      message.text !== null && el("p", { class: "said", text: message.text }),
      message.card && cardElement(message.card, (id, values) => act(message.id, id, values), message.id),
    ),
    messageMenu(message),
  );
}

/** @param {PrivateCard} shown */
function privateElement(shown) {
  const dismiss = el(
    "button",
    {
      type: "button",
      class: "button-quiet",
      "aria-label": `Dismiss: ${shown.card.title}`,
      on: { click: () => attempt(() => server.dismiss(room.seat, shown.id)).then(() => forget(shown.id)) },
    },
    icon("close"),
  );
  return el(
    "li",
    { class: "private", "data-id": shown.id, tabindex: "-1", "aria-labelledby": `title-${shown.id}` },
    el("p", { class: "private-note" }, icon("eye"), el("span", { text: "Only you can see this" }), dismiss),
    cardElement(shown.card, (id, values) => act(shown.id, id, values), shown.id),
  );
}

/** @param {string} id */
function forget(id) {
  const state = known();
  state.private = state.private.filter((card) => card.id !== id);
  remove(id);
}

/** The cards whose request is away; a second press on one is not sent. @type {Set<string>} */
const away = new Set();

/** @param {string} card @param {string} id @param {string[]} values */
async function act(card, id, values) {
  if (away.has(card)) return;
  away.add(card);
  itemOf(card)?.setAttribute("aria-busy", "true");
  await attempt(async () => take(await server.action(room.seat, room.channel, card, id, values), card));
  away.delete(card);
  itemOf(card)?.removeAttribute("aria-busy");
}

/** @param {Message} message */
function messageMenu(message) {
  if (message.text === null || message.author.role === "bot") return null;
  const own = message.author.id === known().me;
  const commands = known().message_commands.filter((command) => mayUse(command.who) && (own || !command.own_only));
  const items = commands.map(({ name }) => ({ label: name, run: () => run(message, name) }));
  if (!own && mayUse("staff")) items.push({ label: "Answer it at the desk", run: async () => answerAtDesk(message) });
  if (own) {
    items.push({ label: "Edit", run: async () => edit(message) });
    items.push({ label: "Delete", run: async () => void attempt(() => server.remove(room.seat, message.channel, message.id)) });
  }
  if (items.length === 0) return null;
  const words = message.text.length > SHORT ? `${message.text.slice(0, SHORT)}…` : message.text;
  const label = `What to do with ${message.author.name}’s message: ${words}`;
  const button = el(
    "button",
    { type: "button", class: "button-quiet message-more", "aria-label": label, "data-roving": "true", tabindex: "-1" },
    icon("more"),
  );
  return menuOn(button, () => items, `On the message of ${message.author.name}`);
}

/** @param {Message} message */
function edit(message) {
  const field = { id: "text", label: "Message", hint: null, value: message.text, long: true, required: true, limit: 4000 };
  openForm({ id: "edit", title: "Edit your message", fields: [field] }, ({ text }) =>
    server.edit(room.seat, message.channel, message.id, text));
}

/** @param {Message} message @param {string} name */
async function run(message, name) {
  const answer = await attempt(() => server.messageCommand(room.seat, message.channel, message.id, name));
  const shown = take(answer ?? null, null);
  if (shown) itemOf(shown.id)?.focus();
}

/** @param {string} name @param {string} role */
function avatar(name, role) {
  const mark = role === "bot"
    ? icon("leaf")
    : svg("svg", { viewBox: "0 0 36 36", class: "initial" },
        svg("text", { x: "18", y: "23.4", "text-anchor": "middle" }, name.trim().charAt(0).toUpperCase()));
  return el("span", { class: "avatar", "aria-hidden": "true" }, mark);
}

/** One tab stop for the menus of all messages: the last one used, or the newest. */
function rove() {
  const stops = /** @type {HTMLElement[]} */ ([...log.querySelectorAll("[data-roving]")]);
  if (!stops.length || stops.some((stop) => stop.tabIndex === 0)) return;
  stops[stops.length - 1].tabIndex = 0;
}

log.addEventListener("focusin", (event) => {
  const stop = /** @type {HTMLElement} */ (event.target);
  if (!stop.dataset.roving) return;
  for (const other of log.querySelectorAll("[data-roving][tabindex='0']")) other.setAttribute("tabindex", "-1");
  stop.tabIndex = 0;
});

log.addEventListener("keydown", (event) => {
  const target = /** @type {HTMLElement} */ (event.target);
  if (event.key === "Escape") return byId("say").focus();
  if (!target.dataset.roving) return;
  const stops = /** @type {HTMLElement[]} */ ([...log.querySelectorAll("[data-roving]")]);
  const at = stops.indexOf(target);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: stops.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  stops[to]?.focus();
});
