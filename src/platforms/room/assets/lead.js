// @ts-check
// The lead's page: which channels, which tips come next, what went wrong, what is switched off. Nobody's name.

import { byId, el, icon } from "./element.js";
import { address, attempt, known, ownSeat, room, tell } from "./model.js";
import { pictureElement } from "./picture.js";
import * as server from "./server.js";

/** @import { Lead, NextTip, Schedule, Told } from "./types.js" */

const place = byId("lead-page");
/** @type {Record<Told["outcome"], string>} */
const OUTCOMES = { missed: "Missed", failed: "Failed", unknown: "Unknown" };

/** Fetches the page and shows it; other seats are shown the way to it. */
export async function showLead() {
  if (ownSeat()?.role !== "lead") {
    const seat = known().seats.find(({ role }) => role === "lead");
    place.replaceChildren(
      el("div", { class: "lead-door" },
        el("p", { text: "This page is for whoever leads the team: the schedules, the coming tips, and how the weeks went, without names." }),
        seat && el("a", { class: "button button-primary", href: address("lead", room.channel, seat.id), text: "Take the lead’s seat" })),
    );
    return;
  }
  const lead = await attempt(server.lead);
  if (lead) show(lead);
}

/** @param {Lead} lead */
function show(lead) {
  const open = document.activeElement?.getAttribute("data-skip");
  const watched = lead.channels.filter((channel) => channel.watched);
  place.replaceChildren(
    el("section", { class: "weeks", "aria-labelledby": "weeks-title" },
      el("h2", { id: "weeks-title", text: "How the weeks grew" }), pictureElement(lead.weeks)),
    ...lead.schedules.map(scheduleElement),
    ...(lead.schedules.length ? [] : [el("section", { class: "panel" }, el("h2", { text: "No daily tip yet" }),
      el("p", {}, "Set one with ", el("code", { text: "/daily on" }), " in a channel."))]),
    el("div", { class: "lead-small" },
      lead.recaps.length > 0 && el("section", { class: "panel", "aria-labelledby": "recaps-title" },
        el("h2", { id: "recaps-title", text: "The next recaps" }),
        el("ul", { class: "plain-list" }, ...lead.recaps.map(({ name, next }) => el("li", { text: `${name}: ${next}` })))),
      el("section", { class: "panel", "aria-labelledby": "watched-title" },
        el("h2", { id: "watched-title", text: "Watched" }),
        watched.length
          ? el("ul", { class: "plain-list" }, ...watched.map(({ name }) => el("li", { text: name })))
          : el("p", { class: "hint", text: "No channel. Coaching knows only the message it is asked about." })),
      el("section", { class: "panel", "aria-labelledby": "off-title" },
        el("h2", { id: "off-title", text: "Switched off" }),
        lead.rules_off.length
          ? el("ul", { class: "plain-list" }, ...lead.rules_off.map(({ id, since }) =>
              el("li", {}, el("code", { text: id }), since && el("span", { class: "hint", text: ` since ${day(since.slice(0, 10), { day: "numeric", month: "long" })}` }))))
          : el("p", { class: "hint", text: "No rule. The team hears all of them." }))),
  );
  if (open) /** @type {HTMLElement | null} */ (place.querySelector(`[data-skip="${CSS.escape(open)}"]`))?.focus();
}

/** @param {Schedule} schedule */
function scheduleElement(schedule) {
  const id = `schedule-${schedule.channel}`;
  const when = [`at ${schedule.time}`, schedule.zone, schedule.days.join(", "), schedule.topics.join(", ")].filter(Boolean).join(" · ");
  return el(
    "section",
    { class: "panel schedule", "aria-labelledby": id },
    el("h2", { id }, "The next tips in ", el("span", { class: "mention", text: schedule.name })),
    el("p", { class: "hint", text: when }),
    el("ol", { class: "next" }, ...schedule.next.map((next) => nextElement(schedule, next))),
    schedule.told.length > 0 && el("div", { class: "told" },
      el("h3", { text: "What did not arrive" }),
      el("ul", { class: "plain-list" }, ...schedule.told.map(({ date, outcome, reason }) =>
        el("li", {}, icon(outcome === "missed" ? "care" : "stop"), el("span", {},
          el("strong", { text: OUTCOMES[outcome] ?? outcome }), ` on ${day(date, { weekday: "long", day: "numeric", month: "long" })}`,
          reason && `: ${reason}`))))),
  );
}

/** @param {Schedule} schedule @param {NextTip} next */
function nextElement(schedule, next) {
  const { tip } = next;
  const date = day(next.date, { weekday: "long", day: "numeric", month: "long" });
  return el(
    "li",
    { class: next.skipped ? "is-skipped" : null },
    el("time", { datetime: next.date, class: "next-date" },
      el("span", { class: "next-weekday", text: day(next.date, { weekday: "short" }) }),
      el("span", { class: "next-day", text: day(next.date, { day: "numeric", month: "short" }) })),
    el("div", { class: "next-tip" },
      el("p", { class: "next-text", text: next.skipped ? "Left out." : tip?.text ?? "Chosen on the day." }),
      !next.skipped && tip && el("p", { class: "hint", text: tip.title })),
    el("div", { class: "next-do" },
      !next.skipped && tip && el("a", { class: "button", href: `/tips/${encodeURIComponent(tip.id)}/poster`, target: "_blank", "aria-label": `Poster of the tip for ${date}` }, icon("print"), "Poster"),
      !next.skipped && el("button", {
        type: "button", class: "button", text: "Skip", "aria-label": `Skip ${date}`, "data-skip": `${schedule.channel} ${next.date}`,
        on: { click: () => skip(schedule.channel, next.date, date) },
      }),
      next.skipped && el("span", { class: "badge", text: "skipped" })),
  );
}

/** @param {string} channel @param {string} date @param {string} words */
async function skip(channel, date, words) {
  const done = await attempt(() => server.skip(channel, date).then(() => true));
  if (!done) return;
  await showLead();
  tell(`${words} is left out.`);
}

/** A date as people here write it. @param {string} date  YYYY-MM-DD @param {Intl.DateTimeFormatOptions} how */
function day(date, how) {
  const at = new Date(`${date}T12:00:00Z`);
  return Number.isNaN(at.valueOf()) ? date : at.toLocaleDateString([], { ...how, timeZone: "UTC" });
}
