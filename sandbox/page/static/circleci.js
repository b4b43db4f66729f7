// CircleCI's panel: pipelines with their jobs, and how the next build will end.

import { act } from "./act.js";
import { h, icon, keyed, pill } from "./dom.js";
import { stateOf } from "./states.js";
import { all, get } from "./store.js";
import { age } from "./time.js";

const ENDED = new Set(["success", "failed", "error", "canceled", "unauthorized", "not_run"]);
const WORST = ["failed", "error", "unauthorized", "canceled", "on_hold", "failing", "running", "not_run", "success"];

/** Draw the pipelines and the plan. */
export function drawCircleCI() {
  const pipelines = all("pipeline").sort((one, other) => other.number - one.number);
  const deployments = new Map(all("deployment").map((one) => [String(one.id), one]));
  const items = pipelines.map((data) => ({
    key: `pipeline:${data.id}`,
    data: { ...data, environment: deployments.get(String(data.parameters.deployment_id))?.environment ?? "" },
  }));
  keyed(document.getElementById("pipeline-list"), items, card);
  document.getElementById("no-pipelines").hidden = items.length > 0;
  const plan = get("plan");
  for (const button of planButtons()) button.setAttribute("aria-pressed", String(plan[button.dataset.plan]));
}

/** Wire the controls that plan the next build and the next tests. */
export function keepCircleCI() {
  for (const button of planButtons()) {
    button.addEventListener("click", () => act("plan", { [button.dataset.plan]: button.getAttribute("aria-pressed") !== "true" }));
  }
}

const planButtons = () => document.querySelectorAll("[data-plan]");

function card(pipeline) {
  const status = statusOf(pipeline);
  const [tone, word, drawing] = stateOf(status);
  const workflow = pipeline.workflows.at(-1);
  return h(
    "li",
    { class: "card", data: { key: `pipeline:${pipeline.id}` }, tabindex: "-1" },
    h(
      "article",
      { "aria-label": `Pipeline ${pipeline.number}: ${word}` },
      h("header", { class: "card-head" }, h("strong", {}, `#${pipeline.number} ${workflow?.name ?? "pipeline"}`), pill(tone, word, drawing), age(pipeline.created_at)),
      h("p", { class: "card-line" }, h("code", {}, pipeline.ref), h("code", {}, pipeline.revision.slice(0, 7)), h("span", { class: "subject" }, purpose(pipeline))),
      pipeline.errors.map((error) => h("p", { class: "card-error" }, error.message)),
      pipeline.workflows.map((one) => jobs(one, pipeline.workflows.length > 1)),
      controls(pipeline, status),
    ),
  );
}

function purpose({ environment, parameters }) {
  if (environment) return `for ${environment}`;
  return parameters.deployment_id ? `for deployment ${parameters.deployment_id}` : "tests of a push";
}

function statusOf({ state, workflows }) {
  if (!workflows.length) return state;
  const latest = new Map(workflows.map((one) => [one.name, one.status]));
  return WORST.find((status) => [...latest.values()].includes(status)) ?? state;
}

function jobs(workflow, named) {
  const done = workflow.jobs.filter((job) => ENDED.has(job.status)).length;
  const bar = h("progress", { max: workflow.jobs.length, value: done, "aria-label": `${done} of ${workflow.jobs.length} jobs done` });
  bar.classList.add(`tone-${stateOf(workflow.status)[0]}`);
  return h(
    "div",
    { class: "workflow" },
    named && h("p", { class: "card-note" }, `workflow ${workflow.name}`),
    bar,
    h("ol", { class: "jobs" }, workflow.jobs.map(jobLine)),
  );
}

function jobLine({ name, status }) {
  const [tone, word, drawing] = stateOf(status);
  return h("li", { class: `job tone-${tone} job-${status}` }, icon(drawing), name, h("span", { class: "aside" }, `: ${word}`));
}

function controls(pipeline, status) {
  const doing = (what, word, style = "") => {
    const attributes = { class: `button small ${style}`, type: "button", data: { focus: `${what} ${pipeline.id}` } };
    const button = h("button", attributes, word, h("span", { class: "aside" }, ` pipeline ${pipeline.number}`));
    button.addEventListener("click", () => act("pipeline", { do: what, id: pipeline.id }));
    return button;
  };
  if (pipeline.stalled) return h("div", { class: "card-actions" }, doing("resume", "Let it go on", "primary"), doing("cancel", "Cancel"));
  if (status === "on_hold") return h("div", { class: "card-actions" }, doing("approve", "Approve", "primary"), doing("cancel", "Cancel"));
  if (["running", "failing"].includes(status)) return h("div", { class: "card-actions" }, doing("cancel", "Cancel"));
  if (ENDED.has(status)) return h("div", { class: "card-actions" }, doing("rerun", "Rerun"));
  return null;
}
