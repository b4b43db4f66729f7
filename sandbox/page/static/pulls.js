// An open pull request: what people do with it, and its newest comments.

import { act } from "./act.js";
import { asked } from "./dialog.js";
import { h, icon } from "./dom.js";
import { markdown } from "./markdown.js";

const COMMENT = "/deploy preview";

/** What is shown below a pull request's line. */
export function pullRequest({ number, comments }) {
  const doing = (action, word, of = "") => {
    const attributes = { class: "button small", type: "button", data: { focus: `${action} ${number}` } };
    return h("button", attributes, word, h("span", { class: "aside" }, `${of} pull request ${number}`));
  };
  const push = doing("push_to_pull", "Push", " to");
  const say = doing("comment", "Comment", " on");
  const merge = doing("merge_pull", "Merge");
  const close = doing("close_pull", "Close");
  push.addEventListener("click", () => act("push_to_pull", { number }));
  say.addEventListener("click", () => comment(number));
  merge.addEventListener("click", () => act("merge_pull", { number }));
  close.addEventListener("click", () => act("close_pull", { number }));
  return [
    h("div", { class: "ref-actions" }, push, say, merge, close),
    comments.length > 0 && h("ol", { class: "comments", "aria-label": `Comments on #${number}` }, comments.map(commentLine)),
  ];
}

async function comment(number) {
  const text = await asked({ title: `Comment on #${number}`, label: "Comment", value: COMMENT, agree: "Comment" });
  document.querySelector(`[data-focus="comment ${number}"]`)?.focus();
  if (text !== null) await act("comment", { number, text });
}

function commentLine({ user, body, seen }) {
  return h(
    "li",
    { class: "comment" },
    h("p", { class: "card-note" }, user, seen && h("span", { class: "seen", title: "deploybot has seen it" }, icon("eye"), h("span", { class: "aside" }, "seen by deploybot"))),
    h("div", { class: "comment-body" }, markdown(body)),
  );
}
