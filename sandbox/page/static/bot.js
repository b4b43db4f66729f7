// The bot's health, and the buttons that kill and restart it.

import { act } from "./act.js";
import { announce } from "./announce.js";
import { get } from "./store.js";

const WORDS = {
  up: ["good", "up"],
  down: ["bad", "down"],
  starting: ["wait", "starting"],
};
let shown = "";

/** Show whether the bot is up. */
export function drawBot() {
  const { state } = get("bot");
  if (state === shown) return;
  const [tone, word] = WORDS[state];
  document.getElementById("bot-state").textContent = word;
  document.getElementById("bot-pill").className = `pill dot tone-${tone}`;
  if (shown) announce(`deploybot is ${word}.`);
  shown = state;
  for (const what of ["kill", "restart"]) button(what).disabled = state !== "up";
}

/** Wire the buttons. */
export function keepBot() {
  for (const what of ["kill", "restart"]) button(what).addEventListener("click", () => act("bot", { do: what }));
}

const button = (what) => document.getElementById(`bot-${what}`);
