// @ts-check
// What a line that begins with a slash asks for. It is for the bot, and never said to everybody.

/** @import { Choice, Command, Option } from "./types.js" */

/** A slash and a word. A path has a second slash in its first word, and is a message like any other. */
const ASKS = /^\/\s*\p{L}[^\s/]*(?=\s|$)/u;

/** @param {string} line */
export const asks = (line) => ASKS.test(line);

/**
 * The command whose name the line begins with, the longest of several, and the words after it.
 * @param {string} line @param {Command[]} commands @returns {{command: Command, words: string} | null}
 */
export function named(line, commands) {
  if (!asks(line)) return null;
  const typed = line.slice(1).trim();
  const [command] = commands
    .filter(({ name }) => typed.slice(0, name.length).toLowerCase() === name && /^(\s|$)/.test(typed.slice(name.length)))
    .sort((a, b) => b.name.length - a.name.length);
  return command ? { command, words: typed.slice(command.name.length).trimStart() } : null;
}

/** Why a line that names no command was not sent. @param {string} line @param {Command[]} commands */
export function unknown(line, commands) {
  const [word, ...more] = line.slice(1).trim().split(/\s+/);
  const typed = [word, ...more].map((one) => one.toLowerCase());
  const near = commands
    .map(({ name }) => {
      const off = distance(typed.slice(0, name.split(" ").length).join(" "), name);
      return { name, off: name.startsWith(typed[0]) ? Math.min(off, name.length / 3) : off };
    })
    .filter(({ name, off }) => off <= name.length / 3)
    .sort((a, b) => a.off - b.off);
  return near.length ? `There is no command /${word} here; did you mean /${near[0].name}?` : `There is no command /${word} here.`;
}

/** How many letters one must change, add or leave out to make one of the other. @param {string} a @param {string} b */
function distance(a, b) {
  let before = [...Array(b.length + 1).keys()];
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) row.push(Math.min(row[j] + 1, before[j + 1] + 1, before[j] + (a[i] === b[j] ? 0 : 1)));
    before = row;
  }
  return before[b.length];
}

/**
 * The words after a command's name as its options: a word for each in turn, and all the rest for the last. What is none
 * of an option's choices is left to the next.
 * @param {Option[]} options @param {string} words @param {(option: Option) => Choice[]} choicesOf
 */
export function shareOut(options, words, choicesOf) {
  /** @type {Record<string, string>} */
  const given = {};
  for (const option of options) {
    const part = option === options.at(-1) ? words : words.split(/\s/, 1)[0];
    const bare = part.startsWith(`${option.name}:`) ? part.slice(option.name.length + 1).trimStart() : part;
    const chosen = (/** @type {Choice} */ { value, label }) => [value, label, label.slice(1)].some((name) => name.toLowerCase() === bare.toLowerCase());
    const value = option.kind === "text" ? bare : choicesOf(option).find(chosen)?.value;
    if (!value) continue;
    given[option.name] = value;
    words = words.slice(part.length).trimStart();
  }
  return given;
}
