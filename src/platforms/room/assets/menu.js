// @ts-check
// A menu that opens from a button: arrows move, a letter finds, Escape closes and gives the focus back.

import { el } from "./element.js";

let count = 0;

/**
 * @typedef {{label: string, note?: string | null, run: () => void}} Item
 */

/**
 * Makes a button open a menu of items, which are asked for when it opens.
 * @param {HTMLButtonElement} button @param {() => Item[]} items @param {string} label
 * @returns {HTMLElement} the button with its menu, to be placed together
 */
export function menuOn(button, items, label) {
  const list = el("div", { class: "menu", role: "menu", id: `menu-${++count}`, "aria-label": label, hidden: true });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-controls", list.id);
  const holder = el("div", { class: "menu-holder" }, button, list);

  const rows = () => /** @type {HTMLElement[]} */ ([...list.children]);

  const close = (focus = false) => {
    if (list.hidden) return;
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (focus) button.focus();
  };

  /** @param {Event} event */
  const outside = (event) => {
    if (!holder.contains(/** @type {Node} */ (event.target))) close();
  };

  /** @param {"first" | "last"} [which] */
  const open = (which = "first") => {
    list.replaceChildren(
      ...items().map((item) =>
        el(
          "button",
          { type: "button", role: "menuitem", class: "menu-item", tabindex: "-1", on: { click: () => { close(true); item.run(); } } },
          el("span", { class: "menu-label", text: item.label }),
          item.note ? el("span", { class: "menu-note", text: item.note }) : null,
        ),
      ),
    );
    list.hidden = false;
    list.classList.toggle("opens-up", holder.getBoundingClientRect().bottom > window.innerHeight * 0.6);
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside, true);
    const all = rows();
    all[which === "first" ? 0 : all.length - 1]?.focus();
  };

  button.addEventListener("click", () => (list.hidden ? open() : close(true)));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" || event.altKey || button.dataset.roving) return;
    event.preventDefault();
    open();
  });
  holder.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !holder.contains(/** @type {Node} */ (event.relatedTarget))) close();
  });
  list.addEventListener("keydown", (event) => {
    const all = rows();
    const at = all.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    event.stopPropagation();
    if (event.key === "Escape") close(true);
    else if (event.key === "Tab") return close();
    else if (to !== undefined) all[to].focus();
    else if (event.key.length === 1 && event.key !== " ") {
      all.find((row) => row.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
      return;
    } else return;
    event.preventDefault();
  });
  return holder;
}
