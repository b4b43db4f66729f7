// The story: two parts of five steps, each step ticked off by what really happened.

import { act } from "./act.js";
import { announce } from "./announce.js";
import { h, icon } from "./dom.js";
import { get } from "./store.js";

const HIDDEN = "deploybot-sandbox-story";
const PART = "deploybot-sandbox-part";
let printed = "";
let told = null;

const panel = () => document.getElementById("story");
const toggle = () => document.getElementById("story-toggle");
const turn = () => document.getElementById("story-part");

/** Draw the steps of the chosen part; the first one that is not done is open. */
export function drawStory() {
  const away = localStorage.getItem(HIDDEN) === get("meta").run;
  panel().hidden = away;
  toggle().setAttribute("aria-expanded", String(!away));
  const part = partRead();
  const ready = get("bot").state === "up";
  const print = JSON.stringify([get("story"), part.name, ready]);
  if (print === printed) return;
  printed = print;
  const current = part.steps.find((step) => !step.done);
  const focused = panel().contains(document.activeElement) && document.activeElement.classList.contains("do-step");
  document.getElementById("story-title").textContent = part.title;
  document.getElementById("steps").replaceChildren(...part.steps.map((step, index) => stepItem(step, index, step === current)));
  document.getElementById("step-now").replaceChildren(...(current ? instruction(current, ready) : ending(part)));
  drawTurn();
  const place = current ? `Next step: ${current.title}.` : part.end[0];
  if (told !== null && told !== place) announce(place);
  told = place;
  if (focused) (panel().querySelector(".do-step") ?? toggle()).focus();
}

/** Wire the buttons that hide the story, show it again, and change to its other part. */
export function keepStory() {
  document.getElementById("story-close").addEventListener("click", () => show(false));
  toggle().addEventListener("click", () => show(panel().hidden));
  turn().addEventListener("click", () => read(otherPart()));
}

function partRead() {
  const [run, name] = (localStorage.getItem(PART) ?? "").split(" ");
  const parts = get("story");
  return parts.find((part) => run === get("meta").run && part.name === name && part.open) ?? parts[0];
}

const otherPart = () => get("story").find((part) => part.open && part.name !== partRead().name);

function read(part) {
  localStorage.setItem(PART, `${get("meta").run} ${part.name}`);
  drawStory();
}

function drawTurn() {
  const other = otherPart();
  turn().hidden = !other;
  if (!other) return;
  const number = get("story").indexOf(other) + 1;
  turn().replaceChildren(`Part ${number}`, h("span", { class: "aside" }, ` of the story: ${other.title}`));
}

function show(on) {
  if (on) localStorage.removeItem(HIDDEN);
  else localStorage.setItem(HIDDEN, get("meta").run);
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

/** The text for when a part's steps are done, with a button to a part that has some left. */
function ending(part) {
  const [first, rest] = part.end;
  const words = h("p", { id: "story-end" }, h("strong", {}, first), ` ${rest}`);
  const other = otherPart();
  if (!other?.steps.some((step) => !step.done)) return [words];
  const on = h("button", { class: "button small primary do-step", type: "button" }, "Show me");
  on.addEventListener("click", () => read(other));
  return [words, on];
}

/** A button that does the step; disabled unless `ready`. */
function doIt(step, ready) {
  const button = h("button", { class: "button small primary do-step", type: "button", disabled: !ready }, step.does);
  button.addEventListener("click", async () => {
    button.setAttribute("aria-busy", "true");
    await act("story", { step: step.name });
    button.removeAttribute("aria-busy");
  });
  return button;
}
