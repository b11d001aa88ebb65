// @ts-check
// Where one writes to the channel. A slash opens the commands that the bot has, whatever they are.

import { announce, byId, el, icon } from "./element.js";
import { address, attempt, channelById, known, mayUse, ownSeat, room, take } from "./model.js";
import * as server from "./server.js";
import { asks, named, shareOut, unknown } from "./slash.js";

/** @import { Choice, Command, Option } from "./types.js" */

const box = /** @type {HTMLTextAreaElement} */ (byId("say"));
const form = /** @type {HTMLFormElement} */ (byId("composer"));
const list = byId("commands");
const panel = byId("command");
const unsent = byId("unsent");

/** @type {Command[]} */
let offered = [];
let chosen = 0;

/** The seat and the channel that it was last made for. */
let madeFor = "";

/** Made to fit the seat and the channel; where it fits already, what is being typed stays as it is. */
export function showComposer() {
  const fits = address("channel");
  if (fits === madeFor) return;
  madeFor = fits;
  const name = channelById(room.channel)?.name ?? "";
  box.placeholder = `Write in ${name} as ${ownSeat()?.name ?? ""}, or / for a command`;
  unsent.hidden = true;
  leaveCommand();
  close();
}

const mine = () => known().commands.filter((command) => mayUse(command.who));

const typedCommand = () => (box.value.startsWith("/") && !box.value.includes("\n") ? box.value.slice(1).trimStart().toLowerCase() : null);

function offer() {
  unsent.hidden = true;
  const typed = typedCommand();
  if (typed === null || named(box.value, mine())?.words) return close();
  offered = mine().filter(({ name }) => name.startsWith(typed));
  if (!offered.length) offered = mine().filter(({ name, summary }) => `${name} ${summary}`.toLowerCase().includes(typed));
  chosen = 0;
  list.replaceChildren(
    ...offered.map((command, at) =>
      el(
        "li",
        { role: "option", id: `offered-${at}`, class: "offered", on: { click: () => enter(command) } },
        el("span", { class: "offered-name", text: `/${command.name}` }),
        el("span", { class: "offered-options", text: command.options.map(({ name, required }) => (required ? name : `[${name}]`)).join(" ") }),
        el("span", { class: "offered-summary", text: command.summary }),
      ),
    ),
  );
  list.hidden = !offered.length;
  point();
  announce(offered.length === 1 ? `One command: ${offered[0].name}` : `${offered.length} commands`);
}

function point() {
  [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === chosen)));
  if (list.hidden) box.removeAttribute("aria-activedescendant");
  else box.setAttribute("aria-activedescendant", `offered-${chosen}`);
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function close() {
  list.hidden = true;
  box.removeAttribute("aria-activedescendant");
}

box.addEventListener("input", offer);
// A press on the list, or on its scroll bar, leaves the writing where it is.
list.addEventListener("pointerdown", (event) => event.preventDefault());
list.addEventListener("mousedown", (event) => event.preventDefault());
box.addEventListener("blur", close);
box.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (!list.hidden) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      chosen = (chosen + step + offered.length) % offered.length;
      return point();
    }
    if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      return enter(offered[chosen]);
    }
    if (event.key === "Escape") {
      event.preventDefault();
      return close();
    }
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    form.requestSubmit();
  }
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text) return;
  const line = box.value;
  const asked = named(line, mine());
  if (asked) return enter(asked.command, asked.words);
  if (typedCommand() !== null && offered.length) return enter(offered[chosen]);
  if (asks(line)) return keep(unknown(line, mine()));
  box.value = "";
  // Whoever begins with a space means the slash as text, and the server is told so.
  const meant = line.startsWith(" ") && asks(text) ? ` ${text}` : text;
  const said = await attempt(() => server.say(room.seat, room.channel, meant).then(() => true));
  if (!said && !box.value) box.value = meant;
});

/** Leaves what was typed where it is, and says why to nobody else. @param {string} why */
function keep(why) {
  unsent.textContent = `${why} Nothing was sent. To say it to everybody, begin with a space.`;
  unsent.hidden = false;
  box.focus();
}

/** @param {Command} command @param {string} [words]  typed after its name */
function enter(command, words = "") {
  close();
  if (words && !command.options.length) return keep(`/${command.name} takes nothing after it.`);
  const line = box.value;
  const given = shareOut(command.options, words, choicesOf);
  box.value = "";
  if (Object.keys(given).length === command.options.length) return void run(command, given, line);
  const back = () => {
    leaveCommand(true);
    if (words) box.value = line;
  };
  const fields = command.options.map((option) => optionElement(command, option));
  const submit = el("button", { type: "submit", class: "button button-primary", text: `Run /${command.name}` });
  const leave = el("button", { type: "button", class: "button-quiet", "aria-label": "Leave the command", on: { click: back } }, icon("close"));
  const ask = el(
    "form",
    { class: "command-form", "aria-label": `The command ${command.name}` },
    el("header", {}, el("strong", { class: "command-name", text: `/${command.name}` }), el("span", { class: "hint", text: command.summary }), leave),
    el("div", { class: "command-fields" }, ...fields),
    el("div", { class: "form-foot" },
      el("span", { class: "hint" }, el("kbd", { text: "Enter" }), " runs it, ", el("kbd", { text: "Esc" }), " leaves it"),
      submit),
  );
  ask.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    /** @type {Record<string, string>} */
    const options = {};
    for (const { name } of command.options) {
      const value = /** @type {HTMLInputElement} */ (ask.elements.namedItem(name)).value.trim();
      if (value) options[name] = value;
    }
    await run(command, options);
    submit.disabled = false;
  });
  ask.addEventListener("keydown", (event) => {
    if (event.key === "Escape") back();
    if (event.key === "Enter" && !event.shiftKey && event.target instanceof HTMLTextAreaElement) {
      event.preventDefault();
      ask.requestSubmit();
    }
  });
  for (const [name, value] of Object.entries(given)) /** @type {HTMLInputElement} */ (ask.elements.namedItem(name)).value = value;
  panel.replaceChildren(ask);
  panel.hidden = false;
  form.hidden = true;
  /** @type {HTMLElement | null} */ (ask.querySelector("input, select, textarea"))?.focus();
}

/** @param {Option} option @returns {Choice[]} */
function choicesOf(option) {
  const named = option.kind === "channel" ? known().channels : option.kind === "role" ? known().roles : null;
  return named?.map(({ id, name }) => ({ value: id, label: name })) ?? option.choices ?? [];
}

/** @param {Command} command @param {Option} option */
function optionElement(command, option) {
  const id = `option-${option.name}`;
  const common = { id, name: option.name, required: option.required, "aria-describedby": `${id}-hint`, autocomplete: "off" };
  /** @type {HTMLElement[]} */
  let input;
  const choices = choicesOf(option);
  if (option.kind === "text" && choices.length) {
    const data = el("datalist", { id: `${id}-list` }, ...choices.map(suggestion));
    const typed = el("input", { ...common, type: "text", list: data.id, maxlength: option.limit });
    let asked = 0;
    typed.addEventListener("input", async () => {
      const mine = ++asked;
      // A suggestion that does not come is missed by nobody.
      const found = await server.suggest(room.seat, room.channel, command.name, option.name, typed.value).catch(() => null);
      if (found && mine === asked) data.replaceChildren(...found.map(suggestion));
    });
    input = [typed, data];
  } else if (option.kind === "text") {
    input = [el("textarea", { ...common, rows: "1", maxlength: option.limit })];
  } else {
    const select = el("select", common, !option.required && el("option", { value: "", text: "–" }),
      ...choices.map(({ value, label }) => el("option", { value, text: label })));
    if (option.required && option.kind === "channel") select.value = room.channel;
    input = [select];
  }
  if (option.name === "zone" && option.kind === "text") {
    /** @type {HTMLInputElement} */ (input[0]).value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, option.name, !option.required && el("span", { class: "optional", text: " (optional)" })),
    ...input,
    el("p", { class: "hint", id: `${id}-hint`, text: option.summary }),
  );
}

/** @param {Choice} choice */
const suggestion = ({ value, label }) => el("option", { value, label: label === value ? null : label });

/** @param {Command} command @param {Record<string, string>} options @param {string} [line]  given back if it fails */
async function run(command, options, line) {
  const answer = await attempt(() => server.command(room.seat, room.channel, command.name, options));
  if (answer === undefined) {
    if (line && !box.value) box.value = line;
    return;
  }
  leaveCommand(true);
  take(answer, null);
}

/** @param {boolean} [focus] */
function leaveCommand(focus = false) {
  panel.hidden = true;
  panel.replaceChildren();
  form.hidden = false;
  if (focus) box.focus();
}
