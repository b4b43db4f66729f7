// Each provider's trouble: slow or down, the next webhook or answer lost, and its latest calls.

import { act } from "./act.js";
import { h, icon, keyed } from "./dom.js";
import { get } from "./store.js";
import { secondsOf } from "./time.js";

const NAMES = { slack: "Slack", github: "GitHub", circleci: "CircleCI" };
const MODES = { normal: "Normal", slow: "Slow", down: "Down" };
const NONE = "Trouble";
const LOSSES = {
  lose_webhook: ["Lose its next webhook", "next webhook lost"],
  lose_answer: ["Lose its next answer", "next answer lost"],
};

/** Make each provider's menu. */
export function keepTroubles() {
  for (const menu of document.querySelectorAll("[data-provider]")) build(menu, menu.dataset.provider);
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
}

/** Show how each provider is doing. */
export function drawTroubles() {
  for (const menu of document.querySelectorAll("[data-provider]")) draw(menu, get(`provider:${menu.dataset.provider}`));
}

function build(menu, provider) {
  const name = NAMES[provider];
  const modes = Object.entries(MODES).map(([mode, word]) => {
    const radio = h("input", { type: "radio", name: `mode-${provider}`, value: mode });
    radio.addEventListener("change", () => act("trouble", { provider, mode }));
    return h("label", {}, radio, word);
  });
  const losses = Object.entries(LOSSES).map(([loss, [word]]) => {
    const box = h("input", { type: "checkbox", role: "switch", name: loss });
    box.addEventListener("change", () => act("trouble", { provider, [loss]: box.checked }));
    return h("label", { class: "switch" }, word, box);
  });
  menu.append(
    h("summary", {}, h("span", { class: "weather" }), icon("down")),
    h(
      "div",
      { class: "menu-panel" },
      h("fieldset", { class: "segments" }, h("legend", {}, `${name} is`), modes),
      losses,
      h("h3", {}, `Between deploybot and ${name}`),
      h("ol", { class: "traffic" }),
      h("p", { class: "no-traffic aside-text" }, "Nothing has passed yet."),
    ),
  );
}

function draw(menu, trouble) {
  const lost = Object.entries(LOSSES).filter(([loss]) => trouble[loss]).map(([, [, word]]) => word);
  const words = [trouble.mode !== "normal" && MODES[trouble.mode], ...lost].filter(Boolean).join(", ");
  menu.querySelector(".weather").textContent = words || NONE;
  menu.querySelector("summary").setAttribute("aria-label", `${NONE} at ${NAMES[menu.dataset.provider]}: ${words || "none"}`);
  menu.dataset.mode = lost.length && trouble.mode === "normal" ? "lossy" : trouble.mode;
  for (const radio of menu.querySelectorAll("input[type=radio]")) radio.checked = radio.value === trouble.mode;
  for (const box of menu.querySelectorAll("input[type=checkbox]")) box.checked = trouble[box.name];
  const lines = trouble.traffic.map((data) => ({ key: `${data.at} ${data.text}`, data })).reverse();
  keyed(menu.querySelector(".traffic"), lines, line);
  menu.querySelector(".no-traffic").hidden = lines.length > 0;
}

function line({ kind, at, text, status, times }) {
  const good = /^2/.test(status);
  const way = kind === "call" ? ["→", "deploybot called "] : ["←", "webhook "];
  return h(
    "li",
    { class: good || status === "…" ? "" : "tone-bad" },
    h("span", { "aria-hidden": "true" }, way[0]),
    h("span", { class: "aside" }, way[1]),
    h("span", { class: "traffic-text", title: text }, times > 1 ? `${text} × ${times}` : text),
    h("span", { class: "traffic-status" }, status),
    h("time", {}, secondsOf(at)),
  );
}
