// Times: clocks, ages, and Slack's date tokens, in the reader's own time zone.

import { h } from "./dom.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const short = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", year: "numeric" });
const long = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric", year: "numeric" });
const numeric = new Intl.DateTimeFormat(undefined, { dateStyle: "short" });

const FORMATS = {
  time: clock,
  time_secs: seconds,
  date: long,
  date_num: numeric,
  date_short: short,
  date_long: long,
};

/** Hours and minutes of an epoch time. */
export const clockOf = (at) => clock.format(at * 1000);

/** Hours, minutes and seconds of an epoch time. */
export const secondsOf = (at) => seconds.format(at * 1000);

/** An epoch time by a Slack date token's format, such as `{date_short_pretty} at {time}`. */
export function formatToken(at, format) {
  return format.replace(/\{(\w+)\}/g, (whole, name) => {
    if (name === "ago") return ageOf(at);
    const pretty = name.endsWith("_pretty");
    const shown = FORMATS[pretty ? name.replace(/_pretty$/, "") : name];
    if (!shown) return whole;
    return (pretty && nearDay(at)) || shown.format(at * 1000);
  });
}

function nearDay(at) {
  const days = Math.round((midnight(at * 1000) - midnight(Date.now())) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
}

const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);

/** How long ago, rounded: `just now`, `40 s ago`, `3 min ago`. */
export function ageOf(at) {
  const passed = Math.max(0, Date.now() / 1000 - at);
  if (passed < 5) return "just now";
  if (passed < 60) return `${Math.floor(passed)} s ago`;
  if (passed < 3600) return `${Math.floor(passed / 60)} min ago`;
  if (passed < 86_400) return `${Math.floor(passed / 3600)} h ago`;
  return short.format(at * 1000);
}

/** An age that stays up to date. */
export function age(at) {
  const moment = new Date(at * 1000);
  const attributes = { class: "age", datetime: moment.toISOString(), title: secondsOf(at), data: { at } };
  return h("time", attributes, ageOf(at));
}

/** Bring every age up to date, once a second. */
export function keepAges() {
  setInterval(() => {
    for (const shown of document.querySelectorAll("time[data-at]")) {
      const text = ageOf(Number(shown.dataset.at));
      if (shown.textContent !== text) shown.textContent = text;
    }
  }, 1000);
}
