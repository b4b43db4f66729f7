// A select that can be searched: a button that opens a list under a text field.

import { h, icon } from "./dom.js";
import { textOf } from "./mrkdwn.js";

let count = 0;

/** A Block Kit `static_select`; `choose(value)` is called with what was chosen. */
export function searchable(element, choose) {
  const id = `select-${++count}`;
  const groups = element.option_groups ?? [{ options: element.options ?? [] }];
  const options = groups.flatMap((group) => group.options);
  const label = textOf(element.placeholder) || "Choose";
  const chosen = element.initial_option ? textOf(element.initial_option.text) : label;
  const button = h(
    "button",
    { class: "button select-button", type: "button", "aria-haspopup": "listbox", "aria-expanded": "false", data: { focus: element.action_id } },
    h("span", {}, chosen),
    icon("down"),
  );
  const list = h("ul", { class: "options", role: "listbox", id, "aria-label": label });
  const input = h("input", {
    class: "field", type: "text", role: "combobox", placeholder: "Search", autocomplete: "off", spellcheck: "false",
    "aria-label": `${label}: search`, "aria-controls": id, "aria-expanded": "true", "aria-autocomplete": "list",
  });
  const panel = h("div", { class: "select-panel" }, input, list);
  panel.hidden = true;
  const root = h("div", { class: "select" }, button, panel);

  const close = (refocus) => {
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  };
  const pick = (option) => {
    close(true);
    choose(option.value);
  };
  const draw = () => {
    const sought = input.value.trim().toLowerCase();
    const found = options.filter((option) => textOf(option.text).toLowerCase().includes(sought));
    list.replaceChildren(...found.map((option, index) => row(option, `${id}-${index}`, pick)));
    if (!found.length) list.append(h("li", { class: "none" }, "Nothing of that name"));
    activate(0);
  };
  const activate = (index) => {
    const rows = [...list.querySelectorAll('[role="option"]')];
    if (!rows.length) return input.removeAttribute("aria-activedescendant");
    const at = (index + rows.length) % rows.length;
    rows.forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", rows[at].id);
    rows[at].scrollIntoView({ block: "nearest" });
  };
  const active = () => [...list.children].findIndex((one) => one.getAttribute("aria-selected") === "true");

  button.addEventListener("click", () => {
    if (!panel.hidden) return close(true);
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    input.value = "";
    draw();
    input.focus();
    panel.scrollIntoView({ block: "nearest" });
  });
  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) activate(active() + step);
    else if (event.key === "Enter") list.children[active()]?.click();
    else if (event.key === "Escape") close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget)) close(false);
  });
  return root;
}

function row(option, id, pick) {
  const attributes = { role: "option", id, "aria-selected": "false", data: { value: option.value } };
  const shown = h("li", attributes, textOf(option.text));
  shown.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus
  shown.addEventListener("click", () => pick(option));
  return shown;
}
