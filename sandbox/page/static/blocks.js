// Renders Block Kit (https://docs.slack.dev/reference/block-kit/blocks) as elements.

import { act } from "./act.js";
import { confirmed } from "./dialog.js";
import { h } from "./dom.js";
import { follow } from "./links.js";
import { mrkdwn, textOf, unescape } from "./mrkdwn.js";
import { searchable } from "./select.js";

const COLOR = /^#[0-9a-f]{6}$/i;
const NAMED = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };

/** The elements of a message below its author's name. */
export function content(message) {
  const body = [];
  if (message.blocks.length) body.push(...message.blocks.map((one) => block(one, message)));
  else if (message.text && !message.attachments.some((one) => one.blocks?.length && !message.text)) {
    body.push(h("div", { class: "b-text" }, mrkdwn(message.text)));
  }
  return [...body, ...message.attachments.map((one) => attachment(one, message))];
}

function attachment(one, message) {
  const shown = h(
    "div",
    { class: "b-attachment" },
    one.pretext && h("div", { class: "b-text" }, mrkdwn(one.pretext)),
    one.title && h("p", { class: "b-title" }, unescape(one.title)),
    one.text && h("div", { class: "b-text" }, mrkdwn(one.text)),
    (one.blocks ?? []).map((inner) => block(inner, message)),
    one.footer && h("p", { class: "b-context" }, unescape(one.footer)),
  );
  const color = NAMED[one.color] ?? `#${String(one.color ?? "").replace(/^#/, "")}`;
  if (COLOR.test(color)) shown.style.setProperty("--bar", color);
  return shown;
}

function block(one, message) {
  switch (one.type) {
    case "section":
      return section(one, message);
    case "header":
      return h("p", { class: "b-header", role: "heading", "aria-level": "4" }, textOf(one.text));
    case "context":
      return h("div", { class: "b-context" }, one.elements.map(contextPart));
    case "actions":
      return h("div", { class: "b-actions" }, one.elements.map((element) => control(element, message)));
    case "divider":
      return h("hr", { class: "b-divider" });
    case "image":
      return picture(one, textOf(one.title));
    case "markdown":
      return h("div", { class: "b-text" }, mrkdwn(one.text));
    default:
      return h("p", { class: "b-context" }, `(a block of type ${one.type})`);
  }
}

function section(one, message) {
  return h(
    "div",
    { class: "b-section" },
    h(
      "div",
      { class: "b-main" },
      one.text && h("div", { class: "b-text" }, text(one.text)),
      one.fields && h("div", { class: "b-fields" }, one.fields.map((field) => h("div", { class: "b-text" }, text(field)))),
    ),
    one.accessory && (one.accessory.type === "image" ? picture(one.accessory) : control(one.accessory, message)),
  );
}

const text = (object) => (object.type === "mrkdwn" ? mrkdwn(object.text) : textOf(object));

const contextPart = (part) => (part.type === "image" ? picture(part) : h("span", {}, text(part)));

/** The text of an image: the page loads nothing from other sites, so it shows no images. */
function picture(one, title = "") {
  return h("figure", { class: "b-image" }, h("span", {}, `Picture: ${one.alt_text}`), title && h("figcaption", {}, title));
}

function control(element, message) {
  const send = async (value) => {
    if (element.confirm && !(await confirmed(element.confirm))) return;
    await act("press", { ts: message.ts, action_id: element.action_id, ...(value === undefined ? {} : { value }) });
  };
  if (element.type === "static_select") return searchable(element, send);
  if (element.type === "button") return button(element, send);
  return h("span", { class: "b-context" }, `(a control of type ${element.type})`);
}

function button(element, send) {
  const shown = h(
    "button",
    {
      class: `button ${element.style ?? ""}`,
      type: "button",
      "aria-label": element.accessibility_label,
      data: { focus: `${element.action_id} ${element.value ?? element.url ?? ""}` },
    },
    textOf(element.text),
  );
  shown.addEventListener("click", async () => {
    if (shown.getAttribute("aria-busy")) return;
    if (element.url && !follow(element.url)) open(element.url, "_blank", "noopener,noreferrer");
    shown.setAttribute("aria-busy", "true");
    await send(element.value);
    shown.removeAttribute("aria-busy");
  });
  return shown;
}
