// Builds elements. Text is always inserted as text: nothing from a provider or person is markup.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  check: "M3.5 8.5l3 3 6-7",
  cross: "M4.5 4.5l7 7m0-7l-7 7",
  run: "M8 2.5a5.5 5.5 0 1 1-5.5 5.5",
  hold: "M6 4v8m4-8v8",
  wait: "M8 4.5V8l2.5 1.5M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2z",
  skip: "M4.5 8h7",
  arrow: "M8 13V3.5m0 0L4 7.5m4-4l4 4",
  down: "M4.5 6.5L8 10l3.5-3.5",
  push: "M8 11V3.5m0 0L5 6.5m3-3l3 3M3.5 13h9",
  pull: "M4.5 5.5v8m0-8a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zm7 5V7A2.5 2.5 0 0 0 9 4.5H7.5m4 6a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z",
  tag: "M2.5 3.5v4.2l6 6 4.7-4.7-6-6H3a.5.5 0 0 0-.5.5zM5.3 5.6h.01",
  power: "M8 2.5V8m3.2-3.7a4.5 4.5 0 1 1-6.4 0",
  again: "M12.8 8a4.8 4.8 0 1 1-1.5-3.5m.2-2v2.3H9.2",
  eye: "M1.8 8S4 3.8 8 3.8 14.2 8 14.2 8 12 12.2 8 12.2 1.8 8 1.8 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  book: "M8 4.2C6.8 3.2 5 3 2.8 3v9.2c2.2 0 4 .2 5.2 1.3 1.2-1.1 3-1.3 5.2-1.3V3C11 3 9.2 3.2 8 4.2zm0 0v9.3",
};

/** An element: `on` holds listeners, `data` dataset entries; other names are attributes. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(element.dataset, value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A small icon; it never carries meaning alone. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const kept = new WeakMap();

/**
 * Show `items` ({key, data}) in `parent`, in order; an element is rebuilt only when its data has
 * changed. Focus inside a rebuilt element goes to the control with the same `data-focus`.
 */
export function keyed(parent, items, render) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  const focused = document.activeElement?.closest?.("[data-focus]");
  const focus = focused && parent.contains(focused) ? focused.dataset.focus : null;
  const keys = new Set(items.map(({ key }) => key));
  for (const [key, { element }] of before) if (!keys.has(key)) element.remove();
  let place = parent.firstElementChild;
  for (const { key, data } of items) {
    const print = JSON.stringify(data);
    const old = before.get(key);
    let element = old?.element;
    if (old?.print !== print) {
      element = render(data, old === undefined);
      if (old) {
        if (place === old.element) place = element;
        old.element.replaceWith(element);
      }
    }
    if (element !== place) parent.insertBefore(element, place);
    else place = place.nextElementSibling;
    after.set(key, { element, print });
  }
  kept.set(parent, after);
  if (focus && !document.activeElement?.closest?.("[data-focus]")) {
    parent.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }
}

/** A word with a coloured dot; the colour only repeats what the word says. */
export function pill(tone, word, drawing) {
  return h("span", { class: `pill tone-${tone}` }, drawing ? icon(drawing) : null, word);
}
