// The shop's `.github/deploybot.yml`: some rules to switch on, the text, and two ways to change it.

import { act } from "./act.js";
import { h } from "./dom.js";
import { get } from "./store.js";

const PRODUCTION = "  production:";
const MINUTE = 60_000;

/** Wire the button that opens the editor. */
export function keepRules() {
  document.getElementById("rules-open").addEventListener("click", open);
}

function open() {
  const { text, to_try: toTry } = get("rules");
  const field = h("textarea", { class: "field rules-text", id: "rules-text", rows: "14", spellcheck: "false", autocapitalize: "off", wrap: "off" });
  field.value = text;
  const switches = toTry.map((rule) => ruleSwitch(rule, field, () => look()));
  const dialog = h("dialog", { class: "ask rules", "aria-labelledby": "rules-title" });
  const change = async (pullRequest) => {
    if (await act("rules", { text: field.value, pull_request: pullRequest })) dialog.close();
  };
  const changes = [
    choice("Open a pull request", "", () => change(true)),
    choice("Commit to main", "primary", () => change(false)),
  ];
  const look = () => {
    for (const { show } of switches) show();
    for (const button of changes) button.disabled = field.value === text;
  };
  dialog.append(
    h("h2", { id: "rules-title" }, "Deployment rules"),
    h("fieldset", { class: "rules-switches" }, h("legend", {}, "Production"), switches.map(({ label }) => label)),
    h("label", { for: "rules-text", class: "rules-name" }, ".github/deploybot.yml"),
    field,
    h("div", { class: "ask-choices" }, choice("Cancel", "", () => dialog.close()), changes),
  );
  field.addEventListener("input", look);
  look();
  dialog.addEventListener("close", () => {
    dialog.remove();
    document.getElementById("rules-open").focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

function choice(word, style, does) {
  const button = h("button", { class: `button ${style}`, type: "button" }, word);
  button.addEventListener("click", does);
  return button;
}

/** The switch for a rule, which is a line below `production:` and recognised by its key. */
function ruleSwitch({ key, title, line }, field, changed) {
  const box = h("input", { type: "checkbox", role: "switch", name: key });
  const isRule = (one) => one.startsWith(`    ${key}:`);
  box.addEventListener("change", () => {
    const lines = field.value.split("\n").filter((one) => !isRule(one));
    const at = lines.indexOf(PRODUCTION);
    if (box.checked && at >= 0) lines.splice(at + 1, 0, withTimes(line));
    field.value = lines.join("\n");
    changed();
  });
  return {
    label: h("label", { class: "switch" }, title, box),
    show: () => (box.checked = field.value.split("\n").some(isRule)),
  };
}

/** A line with its times filled in: closed in about a minute, for two minutes. */
function withTimes(line) {
  const closes = Math.ceil((Date.now() + MINUTE / 2) / MINUTE) * MINUTE;
  return line
    .replace("{closes}", timeOf(closes))
    .replace("{opens}", timeOf(closes + 2 * MINUTE))
    .replace("{zone}", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC");
}

const timeOf = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
