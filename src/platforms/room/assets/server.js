// @ts-check
// The only place that speaks to the server: its own, and no other.

/** @import { Answer, Choice, Lead, Medium, Review, State } from "./types.js" */

const SESSION = "bedside-session";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

/** This tab's name to the server. It outlives a reload and nothing else. */
export const session = (() => {
  const kept = sessionStorage.getItem(SESSION);
  if (kept) return kept;
  const random = crypto.getRandomValues(new Uint8Array(16));
  const fresh = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(SESSION, fresh);
  return fresh;
})();

/** The server said no, or could not be reached; `message` may be shown. */
export class Refused extends Error {
  /** @param {number} status  0 when there was no answer @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @param {"GET" | "POST"} method @param {string} path @param {object} [body] @returns {Promise<any>} */
async function ask(method, path, body) {
  /** @type {Record<string, string>} */
  const headers = { "X-Bedside-Session": session };
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
  } catch {
    throw new Refused(0, "Bedside cannot be reached just now. Is it still running?");
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.detail ?? problem.title ?? "That did not work.");
  }
  return response.status === 204 ? null : response.json();
}

/** @param {string} seat @returns {Promise<State>} */
export const state = (seat) => ask("GET", `/room/state?seat=${encodeURIComponent(seat)}`);

/** @param {string} seat @param {string} channel @param {string} text */
export const say = (seat, channel, text) => ask("POST", "/room/say", { seat, channel, text });

/** @param {string} seat @param {string} channel @param {string} message @param {string} text */
export const edit = (seat, channel, message, text) => ask("POST", "/room/edit", { seat, channel, message, text });

/** @param {string} seat @param {string} channel @param {string} message */
export const remove = (seat, channel, message) => ask("POST", "/room/delete", { seat, channel, message });

/** @param {string} seat @param {string} channel @param {string} name @param {Record<string, string>} options @returns {Promise<Answer>} */
export const command = (seat, channel, name, options) => ask("POST", "/room/command", { seat, channel, name, options });

/** What may follow what is typed for an option. @param {string} seat @param {string} channel @param {string} name @param {string} option @param {string} typed @returns {Promise<Choice[]>} */
export const suggest = async (seat, channel, name, option, typed) =>
  (await ask("POST", "/room/suggest", { seat, channel, name, option, typed })).choices;

/** @param {string} seat @param {string} channel @param {string} message @param {string} name @returns {Promise<Answer>} */
export const messageCommand = (seat, channel, message, name) =>
  ask("POST", "/room/message-command", { seat, channel, message, name });

/** @param {string} seat @param {string} channel @param {string} card @param {string} id @param {string[]} values @returns {Promise<Answer>} */
export const action = (seat, channel, card, id, values) => ask("POST", "/room/action", { seat, channel, card, id, values });

/** @param {string} seat @param {string} channel @param {string | null} card @param {string} id @param {Record<string, string>} values @returns {Promise<Answer>} */
export const form = (seat, channel, card, id, values) => ask("POST", "/room/form", { seat, channel, card, id, values });

/** @param {string} seat @param {string} card */
export const dismiss = (seat, card) => ask("POST", "/room/dismiss", { seat, card });

/** @param {string} draft @param {string | null} answers @param {Medium} medium @returns {Promise<Review>} */
export async function review(draft, answers, medium) {
  const answer = await ask("POST", "/room/review", { draft, answers, medium });
  return answer.reviews?.[0] ?? answer;
}

/** @returns {Promise<Lead>} */
export const lead = () => ask("GET", "/room/lead?seat=lead");

/** @param {string} channel @param {string} date */
export const skip = (channel, date) => ask("POST", "/room/lead/skip", { channel, date });

/** What arrives by itself. */
export const EVENTS = /** @type {const} */ (["message", "changed", "deleted", "private", "gone", "reset"]);

/**
 * Listens until told to stop, through restarts of the server.
 * @param {string} seat
 * @param {number} after  the last event seen
 * @param {{event(name: typeof EVENTS[number], data: any): void, lost(): void, back(): void}} to
 *   `back` is called after an interruption: what was missed must be fetched.
 * @returns {() => void} stops it
 */
export function listen(seat, after, to) {
  /** @type {EventSource} */
  let source;
  let last = after;
  let wait = FIRST_WAIT;
  let interrupted = false;
  let timer = 0;

  const open = () => {
    source = new EventSource(`/room/events?${new URLSearchParams({ seat, session, after: String(last) })}`);
    source.addEventListener("open", () => {
      wait = FIRST_WAIT;
      if (interrupted) to.back();
      interrupted = false;
    });
    source.addEventListener("error", () => {
      if (!interrupted) to.lost();
      interrupted = true;
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        last = Number(event.lastEventId) || last;
        to.event(name, event.data ? JSON.parse(event.data) : null);
      });
    }
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
