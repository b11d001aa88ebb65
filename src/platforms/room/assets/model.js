// @ts-check
// What the page knows: the seat, the place and what the server said last. Everybody reads it; room.js changes it.

import * as server from "./server.js";
import { announce } from "./element.js";
import { openForm } from "./dialog.js";

/** @import { Answer, Channel, Message, PrivateCard, Role, Seat, State, View, Who } from "./types.js" */

export const room = {
  seat: "agent",
  channel: "support",
  /** @type {View} */
  view: "desk",
  /** @type {State | null} */
  state: null,
};

/** @returns {State} */
export function known() {
  if (!room.state) throw new Error("the room is not there yet");
  return room.state;
}

/** @param {string} id @returns {Channel | undefined} */
export const channelById = (id) => room.state?.channels.find((channel) => channel.id === id);

/** @returns {Seat | undefined} */
export const ownSeat = () => room.state?.seats.find((seat) => seat.id === room.seat);

/** What may be offered to a seat; the bot checks again at every use. @param {Who} who */
export function mayUse(who) {
  const role = ownSeat()?.role;
  if (who === "manage") return role === "lead";
  return who !== "staff" || role !== "customer";
}

/** @param {Message[]} messages @param {Message} message */
export function put(messages, message) {
  const at = messages.findIndex(({ id }) => id === message.id);
  if (at < 0) messages.push(message);
  else messages[at] = message;
}

/** @param {string} view @param {string} [channel] @param {string} [seat] */
export const address = (view, channel = room.channel, seat = room.seat) => `#/${seat}/${channel}/${view}`;

/** Listeners for private cards that an answer brought before the stream did. @type {((card: PrivateCard) => void)[]} */
const onPrivate = [];

/** @param {(card: PrivateCard) => void} listener */
export const hearPrivate = (listener) => onPrivate.push(listener);

/**
 * Does with an answer what it asks for: shows its card, or opens its form.
 * @param {Answer | null} answer @param {string | null} card  the card that was acted on
 * @returns {PrivateCard | null} the card that it brought
 */
export function take(answer, card) {
  if (!answer) return null;
  const shown = answer.private;
  if (shown) for (const listener of onPrivate) listener(shown);
  if (answer.form) {
    const form = answer.form;
    const { seat, channel } = room;
    openForm(form, async (values) => {
      take(await server.form(seat, channel, card, form.id, values), card);
    });
  }
  return shown;
}

/**
 * Runs something that may be refused; the refusal is told where everybody looks.
 * @template T @param {() => Promise<T>} attempt @returns {Promise<T | undefined>}
 */
export async function attempt(attempt) {
  try {
    return await attempt();
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

let leaving = 0;

/** A word at the foot of the page, gone after a while. @param {string} words */
export function tell(words) {
  const toast = document.getElementById("toast");
  if (!toast) return;
  toast.textContent = words;
  toast.hidden = false;
  announce(words);
  clearTimeout(leaving);
  leaving = setTimeout(() => { toast.hidden = true; }, 8000);
}
