// GitHub's panel: what can be deployed, and the deployments with their statuses.

import { act } from "./act.js";
import { drawCode } from "./code.js";
import { h, keyed, pill } from "./dom.js";
import { anchor } from "./links.js";
import { stateOf } from "./states.js";
import { all } from "./store.js";
import { age, secondsOf } from "./time.js";

const opened = new Map();

/** Draw the refs and the deployments. */
export function drawGitHub() {
  const deployments = all("deployment").sort((one, other) => other.id - one.id);
  const newest = deployments[0]?.id;
  const items = deployments.map((data) => ({ key: `deployment:${data.id}`, data: { ...data, newest: data.id === newest } }));
  keyed(document.getElementById("deployment-list"), items, card);
  document.getElementById("no-deployments").hidden = items.length > 0;
  drawCode();
}

/** Wire the buttons for actions on GitHub. */
export function keepGitHub() {
  for (const action of ["push", "pull_request", "tag", "deploy"]) {
    document.getElementById(`do-${action}`).addEventListener("click", () => act(action));
  }
}

function card(deployment) {
  const [tone, word, drawing] = stateOf(deployment.state);
  const key = `deployment:${deployment.id}`;
  return h(
    "li",
    { class: "card", data: { key }, tabindex: "-1" },
    h(
      "article",
      { "aria-label": `Deployment ${deployment.id} to ${deployment.environment}: ${word}` },
      h("header", { class: "card-head" }, h("strong", {}, deployment.environment), pill(tone, word, drawing), age(deployment.created_at)),
      h(
        "p",
        { class: "card-line" },
        h("code", {}, shortRef(deployment)),
        deployment.ref !== deployment.sha && h("code", {}, deployment.sha.slice(0, 7)),
        h("span", { class: "subject" }, deployment.subject),
      ),
      h("p", { class: "card-note" }, `#${deployment.id} · created by ${deployment.creator}`),
      statuses(deployment),
    ),
  );
}

const shortRef = ({ ref, sha }) => (ref === sha ? sha.slice(0, 7) : ref);

function statuses({ id, newest, statuses: all }) {
  if (!all.length) return null;
  const word = all.length === 1 ? "1 status" : `${all.length} statuses`;
  const details = h("details", { class: "statuses" }, h("summary", { data: { focus: `statuses ${id}` } }, word), h("ol", {}, all.map(statusLine)));
  details.open = opened.get(id) ?? newest;
  details.addEventListener("toggle", () => {
    if (details.open !== newest || opened.has(id)) opened.set(id, details.open);
  });
  return details;
}

function statusLine({ state, description, at, log_url: log, environment_url: live }) {
  const [tone, word] = stateOf(state);
  return h(
    "li",
    { class: `tone-${tone}` },
    h("span", { class: "status-word" }, word),
    h("time", {}, secondsOf(at)),
    h(
      "span",
      { class: "status-text" },
      description,
      log && [" ", anchor(log, "log")],
      live && [" ", anchor(live, "site")],
    ),
  );
}
