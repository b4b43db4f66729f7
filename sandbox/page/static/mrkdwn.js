// Slack's markup (https://docs.slack.dev/messaging/formatting-message-text) rendered as nodes.

import { h } from "./dom.js";
import { anchor } from "./links.js";
import { myId, nameOf } from "./people.js";
import { get } from "./store.js";
import { formatToken } from "./time.js";

const INLINE = new RegExp(
  [
    "`([^`\\n]+)`",
    "<([^<>\\n]+)>",
    "(?<![\\w*])\\*(?=\\S)([^*\\n]*[^*\\s])\\*(?![\\w*])",
    "(?<![\\w_])_(?=\\S)([^_\\n]*[^_\\s])_(?![\\w_])",
    "(?<![\\w~])~(?=\\S)([^~\\n]*[^~\\s])~(?![\\w~])",
    ":([a-z0-9_+-]+):",
  ].join("|"),
  "g",
);
const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", rocket: "🚀", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴",
  large_blue_circle: "🔵", white_circle: "⚪", lock: "🔒", tada: "🎉", eyes: "👀", no_entry: "⛔", link: "🔗",
};
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** A text whose `&`, `<` and `>` are no longer escaped. */
export const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** A plain text object as a string. */
export const textOf = (text) => (text?.text ? unescape(text.text) : "");

/** Markup as a fragment. */
export function mrkdwn(text) {
  const fragment = document.createDocumentFragment();
  text.split(/```\n?([\s\S]*?)\n?```/).forEach((part, index) => {
    if (index % 2) fragment.append(h("pre", { tabindex: "0" }, h("code", {}, unescape(part))));
    else if (part.trim()) fragment.append(...lines(part.replace(/^\n|\n$/g, "")));
  });
  return fragment;
}

/** Markup as a plain sentence, for screen readers. */
export const plainOf = (text) => h("p", {}, mrkdwn(text)).textContent.replace(/\s+/g, " ");

function* lines(text) {
  let quote = null;
  let first = true;
  for (const line of text.split("\n")) {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      if (quote) quote.append(h("br"));
      else yield (quote = h("blockquote"));
      quote.append(...inline(quoted[1]));
    } else {
      if (!first && !quote) yield h("br");
      quote = null;
      yield* inline(line);
    }
    first = false;
  }
}

function* inline(text) {
  let at = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > at) yield unescape(text.slice(at, found.index));
    at = found.index + found[0].length;
    const [whole, code, angle, bold, italic, strike, emoji] = found;
    if (code !== undefined) yield h("code", {}, ...inCode(code));
    else if (angle !== undefined) yield angled(angle);
    else if (bold !== undefined) yield h("strong", {}, ...inline(bold));
    else if (italic !== undefined) yield h("em", {}, ...inline(italic));
    else if (strike !== undefined) yield h("s", {}, ...inline(strike));
    else yield EMOJI[emoji] ?? whole;
  }
  if (at < text.length) yield unescape(text.slice(at));
}

function* inCode(text) {
  for (const part of text.split(/(<[^<>]+>)/)) {
    if (part.startsWith("<")) yield angled(part.slice(1, -1));
    else if (part) yield unescape(part);
  }
}

function angled(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return mention(target.slice(1), label);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${channelName(target.slice(1), label)}`);
  if (target.startsWith("!")) return special(target.slice(1), label);
  return anchor(unescape(target), label || unescape(target));
}

function mention(id, label) {
  const mine = id === myId() ? " mine" : "";
  const name = get("meta").users[id] ? nameOf(id) : label || id;
  return h("span", { class: `mention${mine}` }, `@${name}`);
}

function channelName(id, label) {
  const { channel } = get("meta");
  return label || (channel.id === id ? channel.name : id);
}

function special(name, label) {
  if (!name.startsWith("date^")) return h("span", { class: "mention" }, label || `@${name}`);
  const [, at, format, link] = name.split("^");
  const shown = /^\d+$/.test(at) ? formatToken(Number(at), format ?? "") : label;
  const time = h("time", { title: label }, shown);
  return link ? anchor(link, time) : time;
}
