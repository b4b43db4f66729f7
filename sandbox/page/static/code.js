// The shop's code: branches, the newest tag, open pull requests, each with its checks.

import { h, icon, keyed, pill } from "./dom.js";
import { markdown } from "./markdown.js";
import { pullRequest } from "./pulls.js";
import { get } from "./store.js";

const MOST_REFS = 5;
const opened = new Set();

/** Draw the refs. */
export function drawCode() {
  keyed(document.getElementById("ref-list"), refs(get("code")), refLine);
}

function refs({ branches, tags, pulls }) {
  const pulled = new Set(pulls.map((pull) => pull.name));
  const lines = [
    ...branches.slice(0, 1).map((ref) => ({ kind: "branch", ...ref })),
    ...tags.slice(0, 1).map((ref) => ({ kind: "tag", ...ref })),
    ...pulls.map((ref) => ({ kind: "pull request", ...ref })),
    ...branches.slice(1).filter((branch) => !pulled.has(branch.name)).map((ref) => ({ kind: "branch", ...ref })),
  ];
  return lines.slice(0, MOST_REFS).map((data) => ({ key: `${data.kind} ${data.name}`, data }));
}

function refLine(ref) {
  const { kind, name, sha, subject, number, title } = ref;
  const drawing = { tag: "tag", "pull request": "pull" }[kind] ?? "push";
  return h(
    "li",
    { class: "ref" },
    icon(drawing),
    h("span", { class: "aside" }, `${kind} `),
    h("strong", {}, number ? `#${number} ${title}` : name),
    h("code", {}, sha.slice(0, 7)),
    h("span", { class: "subject" }, number ? name : subject),
    checks(ref),
    number && pullRequest(ref),
  );
}

/** A word for the state of the checks, which opens their list. */
function checks({ kind, name, checks: all }) {
  if (!all.length) return null;
  const key = `checks ${kind} ${name}`;
  const details = h(
    "details",
    { class: "checks" },
    h("summary", { data: { focus: key } }, checkNote(all), icon("down")),
    h("ol", {}, all.map(checkLine)),
  );
  details.open = opened.has(key);
  details.addEventListener("toggle", () => (details.open ? opened.add(key) : opened.delete(key)));
  return details;
}

function checkNote(all) {
  const total = all.length;
  const many = (state) => all.filter((check) => check.state === state).length;
  const count = (some) => (total === 1 ? "1 check" : `${some} of ${total} checks`);
  const [red, running] = [many("red"), many("running")];
  if (red) return pill("bad", `${count(red)} failed`, "cross");
  if (running) return pill("run", `${count(running)} running`, "run");
  return pill("good", total === 1 ? "1 check green" : `${total} checks green`, "check");
}

const SIGNS = { green: ["good", "passed", "check"], red: ["bad", "failed", "cross"], running: ["run", "running", "run"] };

function checkLine({ name, state, title, notes }) {
  const [tone, word, drawing] = SIGNS[state];
  return h(
    "li",
    {},
    h("p", { class: `check tone-${tone}` }, icon(drawing), name, h("span", { class: "aside" }, `: ${word}`)),
    title && h("p", { class: "check-title" }, title),
    notes.map((note) => h("div", { class: "check-note" }, markdown(note))),
  );
}
