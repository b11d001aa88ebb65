// @ts-check
// A form of the bot's as a dialog. The browser's own: it keeps the focus inside and Escape closes it.

import { el, icon } from "./element.js";

/** @import { Field, Form } from "./types.js" */

/**
 * Shows a form. It closes when `send` succeeds; what `send` throws is told in it, and nothing typed is lost.
 * @param {Form} form @param {(values: Record<string, string>) => Promise<void>} send
 */
export function openForm(form, send) {
  const before = document.activeElement;
  // What was pressed may be replaced by what the form brings about; then the focus goes to what stands in its place.
  const place = before?.closest("[data-id]")?.getAttribute("data-id");
  const trouble = el("p", { class: "trouble", role: "alert", hidden: true });
  const submit = el("button", { type: "submit", class: "button button-primary", text: "Send" });
  const body = el(
    "form",
    { method: "dialog", class: "form" },
    ...form.fields.map(fieldElement),
    trouble,
    el(
      "div",
      { class: "form-foot" },
      el("span", { class: "hint" }, el("kbd", { text: "Ctrl" }), " + ", el("kbd", { text: "Enter" }), " sends"),
      el("button", { type: "button", class: "button", text: "Cancel", on: { click: () => dialog.close() } }),
      submit,
    ),
  );
  const close = el(
    "button",
    { type: "button", class: "button-quiet", "aria-label": "Close", on: { click: () => dialog.close() } },
    icon("close"),
  );
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": "dialog-title" },
    el("header", { class: "dialog-head" }, el("h2", { id: "dialog-title", text: form.title }), close),
    body,
  );

  body.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      body.requestSubmit();
    }
  });
  body.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    trouble.hidden = true;
    const values = Object.fromEntries(
      form.fields.map(({ id }) => [id, /** @type {HTMLInputElement} */ (body.elements.namedItem(id)).value]),
    );
    try {
      await send(values);
      dialog.close();
    } catch (error) {
      trouble.textContent = error instanceof Error ? error.message : String(error);
      trouble.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    const there = before?.isConnected ? before : place && document.querySelector(`[data-id="${CSS.escape(place)}"]`);
    if (there instanceof HTMLElement) there.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  /** @type {HTMLElement | null} */ (body.querySelector("textarea, input"))?.focus();
}

/** @param {Field} field */
function fieldElement(field) {
  const id = `field-${field.id}`;
  const common = {
    id,
    name: field.id,
    required: field.required,
    maxlength: field.limit || null,
    autocomplete: "off",
    "aria-describedby": field.hint ? `${id}-hint` : null,
  };
  const input = field.long ? el("textarea", { ...common, rows: "7" }) : el("input", { ...common, type: "text" });
  input.value = field.value ?? "";
  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, field.label, !field.required && el("span", { class: "optional", text: " (optional)" })),
    field.hint && el("p", { class: "hint", id: `${id}-hint`, text: field.hint }),
    input,
  );
}
