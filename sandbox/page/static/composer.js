// The message box: suggestions while you type, earlier commands with the up arrow.

import { act } from "./act.js";
import { toEnd } from "./chat.js";
import { h } from "./dom.js";
import { get } from "./store.js";
import { suggest } from "./suggest.js";

const history = [];
let recalled = 0;
let active = -1;
let offered = [];

const input = () => document.getElementById("composer-input");
const list = () => document.getElementById("suggestions");

/** Wire the box. */
export function keepComposer() {
  document.getElementById("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  input().addEventListener("input", offer);
  input().addEventListener("focus", offer);
  input().addEventListener("blur", close);
  input().addEventListener("keydown", onKey);
}

async function send() {
  const text = input().value.trim();
  if (!text) return;
  close();
  history.push(text);
  recalled = history.length;
  input().value = "";
  toEnd();
  if (!(await act("type", { text })) && !input().value) input().value = text;
}

function onKey(event) {
  const open = offered.length > 0;
  if (event.key === "ArrowDown" && open) activate(active + 1);
  else if (event.key === "ArrowUp" && open && active >= 0) activate(active - 1);
  else if (event.key === "ArrowUp" && (!open || active < 0)) recall(-1);
  else if (event.key === "ArrowDown" && recalled < history.length) recall(1);
  else if (event.key === "Tab" && open && !event.shiftKey) accept(Math.max(active, 0));
  else if (event.key === "Enter" && open && active >= 0) accept(active);
  else if (event.key === "Escape" && open) close();
  else return;
  event.preventDefault();
}

function recall(step) {
  const at = recalled + step;
  if (at < 0 || at > history.length) return;
  recalled = at;
  input().value = history[at] ?? "";
  close();
}

function offer() {
  const meta = get("meta");
  if (!meta) return;
  const facts = { slash: meta.command, repository: meta.repository, code: get("code") };
  offered = suggest(input().value.trimStart(), facts);
  active = -1;
  draw();
}

function accept(index) {
  input().value = offered[index].value;
  offer();
}

function close() {
  offered = [];
  active = -1;
  draw();
}

function activate(index) {
  active = index >= offered.length ? 0 : index;
  draw();
}

function draw() {
  list().hidden = offered.length === 0;
  input().setAttribute("aria-expanded", String(offered.length > 0));
  list().replaceChildren(...offered.map(row));
  if (active < 0) input().removeAttribute("aria-activedescendant");
  else {
    input().setAttribute("aria-activedescendant", `suggestion-${active}`);
    list().children[active].scrollIntoView({ block: "nearest" });
  }
}

function row({ label, takes, detail }, index) {
  const attributes = { role: "option", id: `suggestion-${index}`, "aria-selected": String(index === active) };
  const shown = h(
    "li",
    attributes,
    h("span", { class: "suggestion-label" }, label, takes && h("span", { class: "takes" }, ` ${takes}`)),
    h("span", { class: "suggestion-detail" }, detail),
  );
  shown.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // keeps the focus in the box
    accept(index);
  });
  return shown;
}
