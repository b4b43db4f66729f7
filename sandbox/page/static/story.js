// The story: five steps, each ticked off by what really happened.

import { act } from "./act.js";
import { announce } from "./announce.js";
import { h, icon } from "./dom.js";
import { get } from "./store.js";

const KEY = "deploybot-sandbox-story";
let printed = "";
let told = null;

const panel = () => document.getElementById("story");
const toggle = () => document.getElementById("story-toggle");

/** Draw the steps; the first that is not done is open. */
export function drawStory() {
  const steps = get("story");
  const away = localStorage.getItem(KEY) === get("meta").run;
  panel().hidden = away;
  toggle().setAttribute("aria-expanded", String(!away));
  const ready = get("bot").state === "up";
  const print = JSON.stringify([steps, ready]);
  if (print === printed) return;
  printed = print;
  const current = steps.find((step) => !step.done);
  const focused = document.activeElement.classList.contains("do-step");
  document.getElementById("steps").replaceChildren(...steps.map((step, index) => stepItem(step, index, step === current)));
  document.getElementById("step-now").replaceChildren(...(current ? instruction(current, ready) : []));
  document.getElementById("step-now").hidden = !current;
  document.getElementById("story-end").hidden = Boolean(current);
  if (told !== null && told !== current?.name) announce(current ? `Next step: ${current.title}.` : "You have seen the whole loop.");
  told = current?.name ?? "";
  if (focused) (panel().querySelector(".do-step") ?? toggle()).focus();
}

/** Wire putting the story away and getting it back. */
export function keepStory() {
  document.getElementById("story-close").addEventListener("click", () => show(false));
  toggle().addEventListener("click", () => show(panel().hidden));
}

function show(on) {
  if (on) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, get("meta").run);
  drawStory();
  if (!on) toggle().focus();
}

function stepItem(step, index, current) {
  const classes = ["step", step.done && "done", current && "current"].filter(Boolean).join(" ");
  return h(
    "li",
    { class: classes, "aria-current": current ? "step" : null },
    h("span", { class: "step-mark", "aria-hidden": "true" }, step.done ? icon("check") : String(index + 1)),
    h("h3", {}, step.title, step.done && h("span", { class: "aside" }, " (done)")),
  );
}

function instruction(step, ready) {
  const words = h("p", {}, step.text, step.command ? " " : "", step.command && h("code", {}, step.command));
  return step.does ? [words, doIt(step, ready)] : [words];
}

/** A button that does the step; while the bot is away nobody would hear. */
function doIt(step, ready) {
  const button = h("button", { class: "button small primary do-step", type: "button", disabled: !ready }, step.does);
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    await act("story", { step: step.name });
    button.removeAttribute("aria-busy");
  });
  return button;
}
