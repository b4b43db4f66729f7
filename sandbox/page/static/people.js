// Which of the two people is selected to act.

import { h, icon } from "./dom.js";
import { get, refresh } from "./store.js";

const KEY = "deploybot-sandbox-person";
let person = sessionStorage.getItem(KEY) ?? "dana";

/** The selected person's short name. */
export const me = () => person;

/** The selected person's Slack id. */
export const myId = () => idOf(person);

/** A person's Slack id, by short name. */
export function idOf(name) {
  return Object.entries(get("meta").users).find(([, user]) => user.name === name)?.[0];
}

/** A person's real name, by Slack id. */
export const nameOf = (id) => get("meta").users[id]?.real_name ?? id;

/** A square with initials, or deploybot's arrow. */
export function avatar(id) {
  const meta = get("meta");
  const name = meta.users[id]?.real_name ?? "?";
  const kind = id === meta.bot_user ? "bot" : (meta.users[id]?.name ?? "someone");
  const initials = kind === "bot" ? icon("arrow") : name.split(" ").map((word) => word[0]).join("").slice(0, 2);
  return h("span", { class: "avatar", "aria-hidden": "true", data: { who: kind } }, initials);
}

/** The switch between the two people. */
export function drawPeople(fieldset) {
  const meta = get("meta");
  const choices = meta.speakers.map((name) => {
    const id = idOf(name);
    const radio = h("input", { type: "radio", name: "person", value: name });
    radio.checked = name === person;
    radio.addEventListener("change", () => choose(name));
    return h("label", { title: `${nameOf(id)}, ${meta.logins[name]} on GitHub` }, radio, avatar(id), nameOf(id).split(" ")[0]);
  });
  fieldset.replaceChildren(h("legend", { class: "aside" }, "Speak as"), ...choices);
}

function choose(name) {
  person = name;
  sessionStorage.setItem(KEY, name);
  refresh();
}
