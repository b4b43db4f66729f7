// The question that a button or select asks before it acts.

import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";

/** Ask what a `confirm` object asks; resolves to whether the person agreed. */
export function confirmed(confirm) {
  return new Promise((resolve) => {
    const agree = h("button", { class: `button ${confirm.style ?? "primary"}`, value: "yes" }, textOf(confirm.confirm));
    const deny = h("button", { class: "button", value: "", autofocus: true }, textOf(confirm.deny));
    const dialog = h(
      "dialog",
      { class: "ask", "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
      h(
        "form",
        { method: "dialog" },
        h("h2", { id: "ask-title" }, textOf(confirm.title)),
        h("p", { id: "ask-text" }, textOf(confirm.text)),
        h("div", { class: "ask-choices" }, deny, agree),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
