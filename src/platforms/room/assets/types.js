// @ts-check
// What the room and its server say to each other, for the type checker and for whoever reads on.

/** @typedef {{id: string, name: string, role: Role}} Seat */
/** @typedef {"agent" | "customer" | "lead" | "bot"} Role */
/** @typedef {"channel" | "desk" | "lead"} View */
/** @typedef {{id: string, name: string, watched: boolean, messages: Message[]}} Channel */
/** @typedef {{id: string, channel: string, author: {id: string, name: string, role: Role}, at: string, text: string | null, card: Card | null}} Message */
/** @typedef {{id: string, channel: string, card: Card}} PrivateCard */
/** @typedef {"plain" | "good" | "care" | "stop"} Tone */
/** @typedef {{title: string, link: string | null, tone: Tone, blocks: Block[], footer: string | null, actions: Action[]}} Card */
/** @typedef {{kind: "heading" | "quote", text: string} | {kind: "text", line: Span[]} | {kind: "bullets" | "steps", lines: Span[][]}} Block */
/** @typedef {{kind: "plain" | "strong" | "words" | "code", text: string} | {kind: "channel" | "role", id: string, name: string} | {kind: "link", text: string, url: string}} Span */
/** @typedef {{kind: "button", id: string, label: string, style: "primary" | "secondary" | "danger"}} Button */
/** @typedef {{kind: "menu", id: string, prompt: string, choices: {value: string, label: string, note: string | null}[]}} Menu */
/** @typedef {Button | Menu} Action */
/** @typedef {{id: string, label: string, hint: string | null, value: string | null, long: boolean, required: boolean, limit: number}} Field */
/** @typedef {{id: string, title: string, fields: Field[]}} Form */
/** @typedef {{value: string, label: string, note?: string | null}} Choice */
/** @typedef {{name: string, summary: string, kind: "text" | "channel" | "role" | "choice", required: boolean, choices?: Choice[] | null, limit?: number | null}} Option */
/** @typedef {"anyone" | "staff" | "manage"} Who */
/** @typedef {{name: string, summary: string, who: Who, options: Option[]}} Command */
/** @typedef {{name: string, who: Who, own_only: boolean}} MessageCommand */
/** @typedef {{seat: string, me: string, seats: Seat[], channels: Channel[], private: PrivateCard[], commands: Command[], message_commands: MessageCommand[], roles: {id: string, name: string}[], version: string, last: number}} State */
/** @typedef {{kind: "card" | "update" | "share" | "form", private: PrivateCard | null, form: Form | null}} Answer */

/** @typedef {"low" | "medium" | "high"} Severity */
/** @typedef {{start: number, end: number}} Bytes  Places in UTF-8 bytes. */
/** @typedef {{rule: string, severity: Severity, start: number, end: number, why: string, instead: string[], post: string}} Finding */
/** @typedef {{what: string, rule: string, severity: Severity, why: string, instead: string[], post: string, about_start: number | null, about_end: number | null}} Missing */
/** @typedef {{text: string, start: number | null, end: number | null}} Strength */
/** @typedef {"lands-well" | "could-land-cold" | "likely-to-sting"} Landing */
/** @typedef {{risk: number, care: number, reads: Landing, hardened_by?: Bytes[], softened_by?: Bytes[], level: number | null, level_name: string | null, level_evidence: string[], language: string, foreign: boolean, findings: Finding[], missing: string[], missing_details: Missing[], strengths: Strength[], safety: string | null}} Review */
/** @typedef {"chat" | "ticket" | "email"} Medium */

/** @typedef {{id: string, title: string, text: string, post: {title: string, url: string | null}}} Tip */
/** @typedef {{date: string, at: string, tip: Tip | null, skipped: boolean}} NextTip */
/** @typedef {{date: string, outcome: "missed" | "failed" | "unknown", reason: string | null}} Told */
/** @typedef {{channel: string, name: string, time: string, zone: string, days: string[], topics: string[], next: NextTip[], told: Told[]}} Schedule */
/** @typedef {{week: string, tips: number, reviews: number, mended: number}} Week */
/** @typedef {{channels: {id: string, name: string, watched: boolean}[], schedules: Schedule[], recaps: {name: string, next: string}[], rules_off: {id: string, since: string | null}[], weeks: Week[] | null}} Lead */

export {};
