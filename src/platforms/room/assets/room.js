// @ts-check
// The page's front door: reads where one is from the address, fetches the room, listens to it, and shows each view.

import * as channel from "./channel.js";
import { showComposer } from "./composer.js";
import { showDesk, answerMessage, messagesChanged } from "./desk.js";
import { byId, el, icon } from "./element.js";
import { showLead } from "./lead.js";
import { address, attempt, channelById, hearPrivate, known, put, room } from "./model.js";
import * as server from "./server.js";

/** @import { Message, PrivateCard, View } from "./types.js" */

/** @type {[View, string][]} */
const VIEWS = [["channel", "Channel"], ["desk", "Desk"], ["lead", "Lead"]];

/** Stops the stream of the seat that was left. */
let stopListening = () => {};
/** Which fetch of the room is the newest; an older one that comes late is dropped. */
let fetches = 0;

/** Reads `#/seat/channel/view`; what it does not know stays as it was. */
function readAddress() {
  const [, seat, channel, view] = location.hash.split("/");
  if (seat) room.seat = seat;
  if (channel) room.channel = channel;
  const [named] = VIEWS.find(([name]) => name === view) ?? [];
  if (named) room.view = named;
}

/** Fetches the room for the seat and shows it. @returns {Promise<boolean>} */
async function fetchRoom() {
  const mine = ++fetches;
  const state = await server.state(room.seat);
  if (mine !== fetches) return false;
  room.state = state;
  room.seat = state.seat;
  if (!channelById(room.channel)) room.channel = state.channels[0]?.id ?? "";
  showAll();
  return true;
}

/** Takes a seat: its room, its stream. */
async function sit() {
  stopListening();
  if (!(await fetchRoom())) return;
  byId("lost").hidden = true;
  stopListening = server.listen(room.seat, known().last, {
    event: hear,
    lost: () => { byId("lost").hidden = false; },
    back: () => {
      byId("lost").hidden = true;
      attempt(fetchRoom);
    },
  });
}

/** @param {string} name @param {any} data */
function hear(name, data) {
  const messages = channelById(data?.channel)?.messages;
  switch (name) {
    case "message":
    case "changed": {
      /** @type {Message} */
      const message = data;
      if (!messages) return;
      put(messages, message);
      channel.showMessage(message);
      messagesChanged();
      break;
    }
    case "deleted":
      if (messages) messages.splice(0, messages.length, ...messages.filter(({ id }) => id !== data.id));
      channel.remove(data.id);
      messagesChanged();
      break;
    case "private":
      takePrivate(data);
      break;
    case "gone":
      known().private = known().private.filter(({ id }) => id !== data.id);
      channel.remove(data.id);
      break;
    case "reset":
      attempt(fetchRoom);
      break;
  }
}

/** A private card comes by the answer and by the stream; whichever is first shows it. @param {PrivateCard} card */
function takePrivate(card) {
  const cards = known().private;
  const at = cards.findIndex(({ id }) => id === card.id);
  if (at >= 0 && JSON.stringify(cards[at]) === JSON.stringify(card)) return;
  if (at < 0) cards.push(card);
  else cards[at] = card;
  channel.showPrivate(card);
}

function showAll() {
  delete document.body.dataset.opening;
  showRail();
  channel.showChannel();
  showComposer();
  showDesk();
  showView();
}

function showView() {
  const lead = room.view === "lead";
  document.body.dataset.view = room.view;
  byId("channel").hidden = lead;
  byId("desk").hidden = room.view !== "desk";
  byId("lead").hidden = !lead;
  const place = { channel: channelById(room.channel)?.name, desk: "Desk", lead: "Lead" }[room.view];
  document.title = `${place} · Bedside`;
  if (lead) showLead();
}

function showRail() {
  const { seats, channels, version } = known();
  byId("views").replaceChildren(
    ...VIEWS.map(([view, name]) => el("li", {}, railLink(address(view), name, view === room.view))),
  );
  byId("channels").replaceChildren(
    ...channels.map(({ id, name }) =>
      el("li", {}, railLink(address(room.view === "lead" ? "channel" : room.view, id), name, id === room.channel && room.view !== "lead"))),
  );
  const seat = /** @type {HTMLSelectElement} */ (byId("seat"));
  seat.replaceChildren(...seats.map(({ id, name }) => el("option", { value: id, text: name })));
  seat.value = room.seat;
  byId("version").textContent = `Bedside ${version}`;
}

/** @param {string} href @param {string} name @param {boolean} here */
const railLink = (href, name, here) => el("a", { href, "aria-current": here ? "page" : null, text: name });

byId("send").append(icon("send"));
byId("seat").addEventListener("change", (event) => {
  location.hash = address(room.view, room.channel, /** @type {HTMLSelectElement} */ (event.target).value);
});
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId(room.view === "desk" ? "draft" : "main").focus();
});
window.addEventListener("hashchange", arrive);

/** Goes where the address says. */
function arrive() {
  const before = { ...room };
  readAddress();
  if (room.seat !== before.seat) return void takeSeat();
  if (!room.state) return;
  showRail();
  if (room.channel !== before.channel) {
    channel.showChannel();
    showComposer();
  }
  if (room.view !== before.view) {
    showView();
    byId("main").focus({ preventScroll: true });
  }
}

channel.onAnswerAtDesk((message) => {
  history.pushState(null, "", address("desk"));
  arrive();
  answerMessage(message);
});
hearPrivate(takePrivate);

readAddress();

let retry = 0;

/** Sits down, as often as it takes until the server is there. @param {number} [wait] */
async function takeSeat(wait = 500) {
  clearTimeout(retry);
  try {
    await sit();
  } catch (error) {
    if (error instanceof server.Refused && error.status >= 400 && error.status < 500 && room.seat !== "agent") {
      room.seat = "agent";
      return takeSeat(wait);
    }
    byId("lost").hidden = false;
    clearTimeout(retry);
    retry = setTimeout(() => takeSeat(Math.min(wait * 2, 15_000)), wait);
  }
}
takeSeat();
