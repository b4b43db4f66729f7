// Announces sentences to screen readers, and shows toasts.

import { h } from "./dom.js";

const STAYS = 5000;
const waiting = [];
let speaking = false;

/** Announce a sentence to screen readers, after those announced before. */
export function announce(text) {
  waiting.push(text);
  if (!speaking) next();
}

function next() {
  const text = waiting.shift();
  speaking = text !== undefined;
  if (!speaking) return;
  document.getElementById("aloud").textContent = text;
  setTimeout(next, 900);
}

/** Show a sentence for a few seconds; `tone` is `quiet` or `bad`. */
export function toast(text, tone = "quiet") {
  const shown = h("p", { class: `toast tone-${tone}` }, text);
  const shelf = document.getElementById("toasts");
  shelf.append(shown);
  while (shelf.children.length > 3) shelf.firstElementChild.remove();
  announce(text);
  setTimeout(() => shown.remove(), STAYS);
}
