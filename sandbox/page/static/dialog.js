// Dialogs that ask before something is done.

import { h } from "./dom.js";
import { textOf } from "./mrkdwn.js";

/** Show a Block Kit `confirm` object; resolves to whether the person agreed. */
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

/** Ask for a line of text; resolves to it, or to null if the person cancels. */
export function asked({ title, label, value, agree }) {
  return new Promise((resolve) => {
    const field = h("input", { class: "field", type: "text", id: "ask-line", value, autocomplete: "off", autocapitalize: "off", spellcheck: "false", autofocus: true });
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "ask-title" }, title),
      h("label", { class: "ask-label", for: "ask-line" }, label),
      field,
      h(
        "div",
        { class: "ask-choices" },
        h("button", { class: "button", type: "button" }, "Cancel"),
        h("button", { class: "button primary", value: "yes" }, agree),
      ),
    );
    const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask-title" }, form);
    form.querySelector("[type=button]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? field.value : null);
    });
    document.body.append(dialog);
    dialog.showModal();
    field.setSelectionRange(field.value.length, field.value.length);
  });
}
