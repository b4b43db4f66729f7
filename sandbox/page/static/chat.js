// The channel: messages with their threads, and the selected person's ephemeral messages.

import { announce } from "./announce.js";
import { content } from "./blocks.js";
import { h, icon, keyed } from "./dom.js";
import { plainOf } from "./mrkdwn.js";
import { avatar, myId, nameOf } from "./people.js";
import { all, get } from "./store.js";
import { clockOf } from "./time.js";

const CLOSE = 300;
const NEAR = 80;
let atEnd = true;
const heard = new Map();

/** Draw the channel; announce new messages, and scroll to them if the end was in view. */
export function drawChat(first) {
  const scroller = document.getElementById("messages");
  const list = document.getElementById("message-list");
  const before = scroller.scrollHeight;
  keyed(list, entries(), entry);
  document.getElementById("no-messages").hidden = list.childElementCount > 0;
  speak(first);
  const more = document.getElementById("to-end");
  if (atEnd || first) toEnd();
  else if (scroller.scrollHeight > before) more.hidden = false;
}

/** Wire the button that scrolls to the newest message; if the end is in view, it stays so. */
export function keepScroll() {
  const scroller = document.getElementById("messages");
  const more = document.getElementById("to-end");
  more.addEventListener("click", toEnd);
  scroller.addEventListener("scroll", () => {
    atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
    if (atEnd) more.hidden = true;
  });
  new ResizeObserver(() => atEnd && toEnd()).observe(scroller);
}

/** Scroll to the end of the channel. */
export function toEnd() {
  const scroller = document.getElementById("messages");
  scroller.scrollTop = scroller.scrollHeight;
  document.getElementById("to-end").hidden = true;
}

const visible = (message) => !message.only_for || message.only_for === myId();
const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
const byTime = (one, other) => Number(one.ts) - Number(other.ts);

function entries() {
  const messages = all("message").filter(visible).sort(byTime);
  const roots = new Map(messages.filter((one) => !isReply(one)).map((one) => [one.ts, []]));
  const shown = [];
  for (const message of messages) {
    const thread = isReply(message) && roots.get(message.thread_ts);
    if (thread) thread.push(message);
    if (!thread || message.broadcast) shown.push(message);
  }
  const typed = all("typed").filter((one) => one.user === myId());
  const lines = [...shown, ...typed].sort(byTime);
  return lines.map((one, index) => ({
    key: one.state ? `typed:${one.ts}` : `message:${one.ts}`,
    data: one.state ? { typed: one } : { message: one, replies: roots.get(one.ts) ?? [], follows: follows(one, lines[index - 1]), me: myId() },
  }));
}

/** Whether a message follows one by the same author so closely that the author is left out. */
function follows(message, before) {
  if (!before || before.state || message.only_for || before.only_for || isReply(message) || isReply(before)) return false;
  if (message.blocks.length || before.blocks.length || message.edited) return false;
  return before.user === message.user && Number(message.ts) - Number(before.ts) < CLOSE;
}

function entry(data, fresh) {
  const element = data.typed ? typedLine(data.typed) : messageLine(data);
  if (fresh) element.classList.add("arriving");
  return element;
}

function typedLine({ ts, text, state }) {
  const notes = { sending: "sending …", failed: "not received" };
  return h(
    "li",
    { class: `typed ${state}`, data: { key: `typed:${ts}` } },
    h("span", { class: "aside" }, `You typed at ${clockOf(ts)} `),
    h("code", {}, text),
    notes[state] && h("span", { class: "typed-state" }, notes[state]),
  );
}

function messageLine({ message, replies, follows: goesOn }) {
  const bot = message.user === get("meta").bot_user;
  const classes = ["message", goesOn && "goes-on", message.only_for && "secret", bot && "by-bot"];
  return h(
    "li",
    { class: classes.filter(Boolean).join(" "), data: { key: `message:${message.ts}` }, tabindex: "-1" },
    goesOn ? h("span", { class: "gutter" }) : avatar(message.user),
    h(
      "article",
      { class: "message-body", "aria-label": `${nameOf(message.user)} at ${clockOf(message.ts)}` },
      message.only_for && h("p", { class: "secret-note" }, icon("eye"), "Only visible to you"),
      !goesOn && head(message, bot),
      isReply(message) && h("p", { class: "thread-note" }, "replied to a thread"),
      h("div", { class: "content" }, content(message)),
      replies.length > 0 && thread(replies),
    ),
  );
}

function head(message, bot) {
  return h(
    "header",
    { class: "message-head" },
    h("strong", {}, nameOf(message.user)),
    bot && h("span", { class: "app-tag" }, "app"),
    h("time", {}, clockOf(message.ts)),
    message.edited && h("span", { class: "edited" }, "edited"),
  );
}

function thread(replies) {
  const lines = replies.map((reply) =>
    h(
      "li",
      { class: "reply", data: { key: `message:${reply.ts}` }, tabindex: "-1" },
      avatar(reply.user),
      h(
        "div",
        {},
        h("div", { class: "message-head" }, h("strong", {}, nameOf(reply.user)), h("time", {}, clockOf(reply.ts))),
        h("div", { class: "content" }, content(reply)),
        reply.broadcast && h("p", { class: "thread-note" }, "also sent to the channel"),
      ),
    ),
  );
  const word = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  return h("div", { class: "thread" }, h("p", { class: "thread-title" }, word), h("ol", {}, lines));
}

function speak(first) {
  for (const message of all("message").sort(byTime)) {
    if (!visible(message)) continue;
    const said = message.text;
    if (!first && heard.get(message.ts) !== said && message.user !== myId()) {
      announce(`${nameOf(message.user)}: ${plainOf(said)}`);
    }
    heard.set(message.ts, said);
  }
}

