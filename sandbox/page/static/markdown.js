// Renders the part of GitHub's Markdown that comments and check runs use.

import { h } from "./dom.js";
import { anchor } from "./links.js";

const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\[((?:`[^`\n]*`|\\.|[^\]\\\n])+)\]\(([^()\s]+)\)|\\([\\`*_{}[\]()#+.!|<>-])/g;
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Markdown as a fragment: paragraphs and lists; nothing in it becomes any other element. */
export function markdown(text) {
  const fragment = document.createDocumentFragment();
  for (const paragraph of text.replace(/<!--[\s\S]*?-->/g, "").trim().split(/\n{2,}/)) fragment.append(...part(paragraph));
  return fragment;
}

function* part(paragraph) {
  let list = null;
  let words = null;
  for (const line of paragraph.split("\n")) {
    const item = line.match(/^\s*[-*] (.*)$/);
    if (item) {
      if (!list) yield (list = h("ul"));
      list.append(h("li", {}, ...inline(item[1])));
      words = null;
    } else {
      if (words) words.append(h("br"));
      else yield (words = h("p"));
      words.append(...inline(line));
      list = null;
    }
  }
}

function* inline(text) {
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > at) yield plain(text.slice(at, found.index));
    at = found.index + found[0].length;
    const [, code, bold, label, url, escaped] = found;
    if (code !== undefined) yield h("code", {}, code);
    else if (bold !== undefined) yield h("strong", {}, ...inline(bold));
    else if (label !== undefined) yield anchor(url, h("span", {}, ...inline(label)));
    else yield escaped;
  }
  if (at < text.length) yield plain(text.slice(at));
}

const plain = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
