// @ts-check
// The desk: a draft that is read as it is written. It lives in this page's memory and nowhere else.

import { announce, byId, el, icon } from "./element.js";
import { moved, paint, unitsOf } from "./marks.js";
import { channelById, room } from "./model.js";
import * as server from "./server.js";

/** @import { Bytes, Finding, Landing, Medium, Message, Missing, Review, Severity, Tone } from "./types.js" */
/** @import { Mark } from "./marks.js" */

const draft = /** @type {HTMLTextAreaElement} */ (byId("draft"));
const pasted = /** @type {HTMLTextAreaElement} */ (byId("pasted"));
const answering = /** @type {HTMLSelectElement} */ (byId("answering"));
const mirror = byId("mirror");
const margin = byId("margin");
const answered = byId("answered");

/** How many findings, and how many things missing, are shown before “show all”. */
const FIRST_SHOWN = 3;
/** How many messages of the channel are offered to be answered. */
const MOST_OFFERED = 12;
/** Between two notes in the margin, in pixels. */
const GAP = 14;
/** How long nobody types before the reading is read out, in milliseconds. */
const PAUSE = 1200;
const PASTE = "paste";

/** @type {Record<Severity, number>} */
const RANK = { high: 2, medium: 1, low: 0 };
/** @type {Record<Severity, {says: string, tone: Tone}>} */
const SEVERITIES = {
  high: { says: "Mend before sending", tone: "stop" },
  medium: { says: "Worth a change", tone: "care" },
  low: { says: "Worth knowing", tone: "plain" },
};
/** @type {{landing: Landing, says: string, tone: Tone}[]} */
const LANDINGS = [
  { landing: "lands-well", says: "lands well", tone: "good" },
  { landing: "could-land-cold", says: "could land cold", tone: "care" },
  { landing: "likely-to-sting", says: "likely to sting", tone: "stop" },
];
/** What is missing, as it is read, where its name alone does not say it. @type {Record<string, string>} */
const LACKS = {
  restatement: "word of what they wrote",
  "answer-to-question": "answer",
  workaround: "way to meet the deadline",
  check: "check that it worked",
};

/** The message chosen to be answered; it stays when the channel moves on. @type {Message | null} */
let chosen = null;
let hasChosen = false;
/** The newest review and what it was of. @type {Review | null} */
let review = null;
let reviewed = "";
/** The message that it was reviewed for. @type {string | null} */
let reviewedFor = null;
/** @type {Mark[]} */
let marks = [];
let text = "";
let showAll = false;
let told = "";
let pause = 0;

// --- The message being answered -------------------------------------------------------------------------------

/** Made to fit the channel. */
export function showDesk() {
  messagesChanged();
  if (!review) showReading();
}

/** New messages can be chosen; the one being answered follows its edits, and the draft is read again for them. */
export function messagesChanged() {
  const before = answers();
  const messages = (channelById(room.channel)?.messages ?? []).filter(({ author, text }) => text && author.role === "customer");
  const newest = messages.slice(-MOST_OFFERED).reverse();
  const edited = messages.find(({ id }) => id === chosen?.id);
  if (edited) chosen = edited;
  else if (!hasChosen && !draft.value) chosen = newest[0] ?? null;
  const offered = chosen && !newest.some(({ id }) => id === chosen?.id) ? [chosen, ...newest] : newest;
  const value = answering.value === PASTE ? PASTE : chosen?.id ?? "";
  answering.replaceChildren(
    ...offered.map(({ id, author, text }) => el("option", { value: id, text: `${author.name}: ${text}` })),
    el("option", { value: PASTE, text: "a message that I paste …" }),
    el("option", { value: "", text: "a message that I keep to myself" }),
  );
  answering.value = value;
  showAnswered();
  if (answers() !== before) changed();
}

/** Takes a message to the desk. @param {Message} message */
export function answerMessage(message) {
  chosen = message;
  hasChosen = true;
  answering.value = "";
  messagesChanged();
  changed();
  draft.focus();
}

/** @returns {string | null} */
const answers = () => (answering.value === PASTE ? pasted.value.trim() || null : chosen?.text ?? null);

function showAnswered() {
  const paste = answering.value === PASTE;
  byId("pasted-place").hidden = !paste;
  const said = paste ? null : chosen?.text;
  answered.hidden = !said;
  if (!said) return;
  const open = openMarks(said);
  if (isNews("answered", [said, open])) paint(answered, said, open);
}

/** What the message asks and the draft leaves open, where the review was for these words. @param {string} said @returns {Mark[]} */
function openMarks(said) {
  if (said !== reviewedFor) return [];
  const open = (review?.missing_details ?? []).filter(({ about_start: start, about_end: end }) => start !== null && end !== null);
  const units = unitsOf(said, open.flatMap(({ about_start, about_end }) => [about_start ?? 0, about_end ?? 0]));
  return open.map(({ about_start, about_end, rule }) => ({
    start: units.get(about_start ?? 0) ?? 0, end: units.get(about_end ?? 0) ?? 0, key: rule, kind: "open",
  }));
}

answering.addEventListener("change", () => {
  hasChosen = true;
  if (answering.value !== PASTE) {
    const messages = channelById(room.channel)?.messages ?? [];
    chosen = messages.find(({ id }) => id === answering.value) ?? (answering.value && chosen?.id === answering.value ? chosen : null);
  }
  showAnswered();
  if (answering.value === PASTE) pasted.focus();
  changed();
});
pasted.addEventListener("input", (event) => changed(event.timeStamp));
byId("medium").addEventListener("change", () => changed());

// --- Reading along ------------------------------------------------------------------------------------------------

/** What is typed has a number; a review of an older one is dropped. */
let version = 0;
let seen = 0;
let reading = false;
let typedAt = 0;

draft.addEventListener("input", (event) => {
  marks = moved(marks, text, draft.value);
  text = draft.value;
  paintDraft();
  changed(event.timeStamp);
});

function paintDraft() {
  if (isNews("draft", [text, marks])) paint(mirror, text, marks);
}

/** @param {number} [at]  when the key was struck */
function changed(at = performance.now()) {
  version += 1;
  typedAt = at;
  keepReading();
}

/** One request at a time: while it is away, only the newest draft waits, so that nothing ever queues up. */
async function keepReading() {
  if (reading) return;
  reading = true;
  while (seen !== version) {
    const mine = version;
    const at = typedAt;
    const of = draft.value;
    const to = answers();
    try {
      const medium = /** @type {Medium} */ (document.querySelector('input[name="medium"]:checked')?.getAttribute("value") ?? "chat");
      const fresh = of.trim() ? await server.review(of, to, medium) : null;
      seen = mine;
      if (mine !== version) continue;
      review = fresh;
      reviewed = of;
      reviewedFor = to;
      show();
      painted(at);
    } catch (error) {
      showTrouble(error instanceof Error ? error.message : String(error));
      await new Promise((again) => setTimeout(again, 1500));
    }
  }
  reading = false;
}

/** Tells how long it took from the key to the screen, once the screen has it. @param {number} at */
function painted(at) {
  requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => {
      performance.clearMeasures("review");
      const { duration } = performance.measure("review", { start: at, end: performance.now() });
      document.documentElement.dataset.reviewMs = duration.toFixed(1);
      document.documentElement.dataset.reviewed = String(seen);
      after.port1.close();
    };
    after.port2.postMessage(null);
  });
}

// --- Showing ------------------------------------------------------------------------------------------------------

/** The weightiest of them, in the order given. @template {{severity: Severity}} T @param {T[]} all @returns {T[]} */
function weightiest(all) {
  if (showAll) return all;
  const kept = new Set([...all].sort((a, b) => RANK[b.severity] - RANK[a.severity]).slice(0, FIRST_SHOWN));
  return all.filter((one) => kept.has(one));
}

const worth = () => [...(review?.findings ?? []), ...(review?.missing_details ?? [])].some(({ severity }) => severity !== "low");

function show() {
  const findings = review?.foreign ? [] : weightiest([...(review?.findings ?? [])].sort((a, b) => a.start - b.start));
  const strengths = review?.foreign ? [] : review?.strengths ?? [];
  const spans = [...findings, ...strengths.filter((s) => s.start !== null)];
  const units = unitsOf(reviewed, spans.flatMap(({ start, end }) => [start ?? 0, end ?? 0]));
  const place = (/** @type {{start: number | null, end: number | null}} */ { start, end }) =>
    ({ start: units.get(start ?? 0) ?? 0, end: units.get(end ?? 0) ?? 0 });
  const notes = findings.map((finding, at) => ({ finding, key: `${finding.rule}#${at}`, ...place(finding) }));
  marks = [
    ...notes.map(({ start, end, key, finding }) => ({ start, end, key, kind: finding.severity })),
    ...strengths.filter((s) => s.start !== null).map((s, at) => ({ ...place(s), key: `strength#${at}`, kind: /** @type {const} */ ("strength") })),
  ];
  text = draft.value;
  paintDraft();
  showReading();
  showNotes(notes);
  showBeneath();
  showAnswered();
  count();
  readOut();
}

function showReading() {
  const place = byId("reading");
  const paper = /** @type {HTMLElement} */ (draft.closest(".paper"));
  const moving = movers();
  if (!isNews("reading", [review === null, review?.safety, review?.foreign, review?.reads, worth(), moving.map((part) => (typeof part === "string" ? part : part.textContent))])) return;
  if (!review) {
    paper.dataset.tone = "plain";
    place.replaceChildren(el("p", { class: "reading-says", text: "Begin when you like. What may hurt is underlined as you write, and when it reads well I say so." }));
    return;
  }
  if (review.safety) {
    paper.dataset.tone = "stop";
    place.replaceChildren(
      el("p", { class: "reading-says person-first tone-stop", id: "person-first" }, icon("stop"), el("span", {}, el("strong", { text: "A person first. " }), review.safety)),
    );
    return;
  }
  if (review.foreign) {
    paper.dataset.tone = "plain";
    place.replaceChildren(
      el("p", { class: "reading-says" }, el("strong", { text: "This does not look like English. " }),
        "My rules are English, so I say nothing of this draft rather than something wrong."),
    );
    return;
  }
  const current = LANDINGS.find(({ landing }) => landing === review?.reads) ?? LANDINGS[0];
  const well = !worth();
  paper.dataset.tone = well ? "good" : current.tone;
  const scale = el(
    "ol",
    { class: "scale", "aria-label": `It ${current.landing === "likely-to-sting" ? "is " : ""}${current.says}` },
    ...LANDINGS.map(({ landing, says, tone }) =>
      el("li", { class: `stop tone-${tone}`, "aria-current": landing === current.landing ? "true" : null },
        landing === current.landing && icon(tone), el("span", { text: says }))),
  );
  place.replaceChildren(scale, well
    ? el("p", { class: "reading-says reads-well", id: "reads-well" }, el("strong", { text: "Reads well. " }), "Nothing here is likely to hurt. I vouch for the tone, not for the facts.")
    : el("p", { class: "reading-says" }, ...moving));
}

/** The words that moved the reading. @returns {(Node | string)[]} */
function movers() {
  if (!review) return [];
  const { hardened_by: hard = [], softened_by: soft = [], findings } = review;
  // Words inside a finding are told as the finding's, and never counted in the draft's favour.
  const within = (/** @type {Bytes} */ a) => findings.find((b) => a.start < b.end && b.start < a.end);
  const harder = [...new Set((hard.length ? hard : findings.slice(0, FIRST_SHOWN)).map((span) => within(span) ?? span))];
  const softer = soft.filter((span) => !within(span));
  /** @param {string} lead @param {Bytes[]} spans */
  const list = (lead, spans) => {
    const words = spans.map((span) => wordsOf(span)).filter(Boolean);
    return words.length ? [lead, ...words.flatMap((word, at) => [at ? ", " : "", el("q", { class: "words", text: word })])] : [];
  };
  const hardened = list("Harder by ", harder);
  const softened = list(hardened.length ? " · softer by " : "Softer by ", softer);
  return hardened.length + softened.length ? [...hardened, ...softened] : ["What it leaves out is told below."];
}

/** @param {Bytes} span */
function wordsOf({ start, end }) {
  const units = unitsOf(reviewed, [start, end]);
  const words = reviewed.slice(units.get(start), units.get(end)).replace(/\s+/g, " ").trim();
  return words.length > 48 ? `${words.slice(0, 47)}…` : words;
}

/** @typedef {{finding: Finding, key: string, start: number, end: number}} Note */

/** What each place says. It is written again only to say something else: what has not changed must neither blink, nor
 *  lose the focus, nor cost time at every key. @type {Map<string, string>} */
const shown = new Map();

/** Whether a place has something else to say than it did. @param {string} place @param {unknown} what */
function isNews(place, what) {
  const says = JSON.stringify(what) ?? "";
  const news = shown.get(place) !== says;
  shown.set(place, says);
  return news;
}

/** @param {Note[]} notes */
function showNotes(notes) {
  const rest = (review?.findings.length ?? 0) - notes.length;
  if (!isNews("notes", [rest, notes.map(({ key, finding }) => [key, finding.severity, wordsOf(finding)])])) {
    for (const { key, start, end } of notes) {
      const note = noteAt(key);
      if (note) Object.assign(note.dataset, { start, end });
    }
  } else {
    const focus = /** @type {HTMLElement | null} */ (document.activeElement?.closest(".note"))?.dataset.key;
    const more = rest > 0 || (showAll && notes.length > FIRST_SHOWN) ? [moreButton(rest)] : [];
    margin.replaceChildren(el("ol", { class: "notes" }, ...notes.map(noteElement)), ...more);
    if (focus) /** @type {HTMLElement | null} */ (noteAt(focus)?.querySelector("button"))?.focus();
  }
  placeNotes();
}

/** @param {string} key */
const noteAt = (key) => /** @type {HTMLElement | null} */ (margin.querySelector(`[data-key="${CSS.escape(key)}"]`));

/** @param {number} rest */
const moreButton = (rest) =>
  el("button", {
    type: "button", class: "button more", text: rest > 0 ? `Show all: ${rest} more, less weighty` : "Show the weightiest",
    on: { click: () => { showAll = !showAll; show(); } },
  });

/** @param {Note} note */
function noteElement({ finding, key, start, end }) {
  const { says, tone } = SEVERITIES[finding.severity];
  const item = el(
    "li",
    { class: `note note-${finding.severity}`, "data-key": key, "data-start": start, "data-end": end },
    el("p", { class: "note-kind" }, icon(tone), el("span", { text: says })),
    el("button", {
      type: "button", class: "note-words", title: "Show these words in the draft", text: `“${wordsOf(finding)}”`,
      on: { click: () => { draft.focus(); draft.setSelectionRange(Number(item.dataset.start), Number(item.dataset.end)); } },
    }),
    el("p", { class: "note-why", text: finding.why }),
    finding.instead[0] && tryElement(finding.instead[0]),
  );
  item.addEventListener("pointerenter", () => point([key]));
  item.addEventListener("pointerleave", () => point([]));
  item.addEventListener("focusin", () => point([key]));
  return item;
}

/** @param {string} way */
const tryElement = (way) => el("p", { class: "note-try" }, el("strong", { text: "Try: " }), way);

/** Puts each note beside its words, and below the one before. */
function placeNotes() {
  const list = /** @type {HTMLElement | null} */ (margin.querySelector(".notes"));
  if (!list) return;
  const beside = getComputedStyle(margin).getPropertyValue("--beside").trim() === "1";
  const notes = /** @type {HTMLElement[]} */ ([...list.children]);
  if (!beside) {
    for (const note of notes) note.style.removeProperty("top");
    list.style.removeProperty("height");
    return;
  }
  const top = list.getBoundingClientRect().top;
  let free = 0;
  const places = notes.map((note) => {
    const words = mirror.querySelector(`[data-keys~="${CSS.escape(note.dataset.key ?? "")}"]`);
    const wanted = words ? words.getBoundingClientRect().top - top - 4 : free;
    const at = Math.max(wanted, free);
    free = at + note.offsetHeight + GAP;
    return at;
  });
  notes.forEach((note, i) => { note.style.top = `${places[i]}px`; });
  list.style.height = `${Math.max(0, free - GAP)}px`;
}

function showBeneath() {
  const praise = review?.strengths.map((s) => [s.text, s.start !== null && s.end !== null && wordsOf({ start: s.start, end: s.end })]);
  const others = [review?.foreign, review?.safety, review?.missing_details, review?.level_evidence, review?.findings.length === 0];
  if (!isNews("beneath", [showAll, reviewedFor, praise, others])) return;
  margin.querySelector(".beneath-side")?.remove();
  const parts = [];
  // Where somebody may be in danger, no reply is praised.
  if (review && !review.foreign && !review.safety) {
    const missing = weightiest(review.missing_details);
    const rest = review.missing_details.length - missing.length;
    if (missing.length) {
      parts.push(el("section", { class: "missing", "aria-labelledby": "missing-title" },
        el("h2", { id: "missing-title", text: "Not there yet" }),
        el("ul", {}, ...missing.map(missingElement)),
        rest > 0 && moreButton(rest)));
    }
    const side = el("div", { class: "beneath-side" });
    if (review.strengths.length) {
      side.append(el("section", { class: "strengths", "aria-labelledby": "strengths-title" },
        el("h2", { id: "strengths-title", text: "Does well" }),
        el("ul", {}, ...review.strengths.map((s) =>
          el("li", {}, icon("good"), el("span", {}, s.text, s.start !== null && s.end !== null && " ",
            s.start !== null && s.end !== null && el("q", { class: "words", text: wordsOf({ start: s.start, end: s.end }) })))))));
    }
    if (review.level) {
      side.append(el("section", { class: "level", "aria-labelledby": "level-title" },
        el("h2", { id: "level-title", text: "Listening" }),
        el("p", { class: "level-line" },
          el("span", { class: "level-dots", "aria-hidden": "true" }, ...[1, 2, 3, 4, 5].map((n) => el("i", { class: n <= (review?.level ?? 0) ? "on" : null }))),
          el("strong", { text: `${review.level_name}` }), ` – level ${review.level} of 5`),
        el("p", { class: "hint", text: `${review.level_evidence.join("; ")}. A mirror, not a grade.` })));
    }
    // With nothing to mend, the margin is free for what is good.
    if (side.children.length && review.findings.length) parts.push(side);
    else if (side.children.length) margin.append(side);
  }
  const place = byId("beneath");
  const held = place.contains(document.activeElement);
  place.replaceChildren(...parts);
  if (held) /** @type {HTMLElement | null} */ (place.querySelector("button"))?.focus();
}

/** @param {Missing} missing */
function missingElement(missing) {
  const { says, tone } = SEVERITIES[missing.severity];
  const said = reviewedFor;
  const name = LACKS[missing.what] ?? missing.what.replaceAll("-", " ");
  const about = said && missing.about_start !== null && missing.about_end !== null ? unitsOf(said, [missing.about_start, missing.about_end]) : null;
  const quote = about && said ? said.slice(about.get(missing.about_start ?? 0), about.get(missing.about_end ?? 0)) : "";
  return el(
    "li",
    { class: `lack note-${missing.severity}` },
    el("p", { class: "note-kind" }, icon(tone), el("span", { text: says })),
    el("p", { class: "lack-name" }, `No ${name}`, quote && " to ", quote && el("q", { class: "words", text: quote })),
    el("p", { class: "note-why", text: missing.why }),
    missing.instead[0] && tryElement(missing.instead[0]),
  );
}

/** @param {string} words */
function showTrouble(words) {
  shown.delete("reading");
  byId("reading").replaceChildren(el("p", { class: "reading-says trouble", text: `${words} I try again; your draft stays here.` }));
}

function count() {
  const words = draft.value.trim() ? draft.value.trim().split(/\s+/).length : 0;
  byId("draft-note").textContent = words ? `${words} ${words === 1 ? "word" : "words"} · Ctrl + Enter copies` : "";
}

/** Once the writer pauses, says in one sentence what the page shows. */
function readOut() {
  clearTimeout(pause);
  pause = setTimeout(() => {
    if (!review) return;
    const landing = LANDINGS.find(({ landing }) => landing === review?.reads)?.says ?? "";
    const points = `${review.findings.length} in the margin, ${review.missing.length} missing`;
    const words = review.safety ? `A person first. ${review.safety}` : review.foreign ? "This does not look like English." : worth() ? `${landing}: ${points}.` : "Reads well.";
    if (words !== told) announce(words);
    told = words;
  }, PAUSE);
}

// --- Words and notes point at each other ------------------------------------------------------------------------

/** @param {string[]} keys */
function point(keys) {
  for (const mark of mirror.querySelectorAll("mark")) {
    mark.classList.toggle("is-here", keys.some((key) => (mark.dataset.keys ?? "").split(" ").includes(key)));
  }
  for (const note of /** @type {NodeListOf<HTMLElement>} */ (margin.querySelectorAll(".note"))) {
    note.classList.toggle("is-here", keys.includes(note.dataset.key ?? ""));
  }
}

document.addEventListener("selectionchange", () => {
  if (document.activeElement !== draft) return;
  const at = draft.selectionStart;
  point(marks.filter(({ start, end }) => start <= at && at <= end).map(({ key }) => key));
});
draft.addEventListener("pointermove", (event) => {
  const mark = document.elementsFromPoint(event.clientX, event.clientY).find((element) => element.localName === "mark");
  point((/** @type {HTMLElement | undefined} */ (mark)?.dataset.keys ?? "").split(" ").filter(Boolean));
});
new ResizeObserver(placeNotes).observe(mirror);
document.fonts?.ready.then(placeNotes);

// --- Taking it along ---------------------------------------------------------------------------------------------

const copy = byId("copy");
copy.prepend(icon("copy"));

async function copyDraft() {
  if (!draft.value) return;
  try {
    await navigator.clipboard.writeText(draft.value);
  } catch {
    // An older or a wary browser: the same by hand.
    draft.focus();
    draft.select();
    document.execCommand("copy");
  }
  const label = /** @type {Text} */ (copy.lastChild);
  label.textContent = "Copied";
  announce("Copied. Nothing was sent.");
  setTimeout(() => { label.textContent = "Copy"; }, 2000);
}

copy.addEventListener("click", copyDraft);
draft.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    copyDraft();
  }
});
