// Links. The sandbox's providers have no web pages, so a link to one of them shows the thing on this
// page instead; a link to the imaginary shop says where it would have led.

import { toast } from "./announce.js";
import { h } from "./dom.js";
import { all, get } from "./store.js";
import { showPanel } from "./tabs.js";

const KNOWN = new Set(["github.com", "app.circleci.com"]);

/** A link; anything that is not a web or mail address stays text. */
export function anchor(url, label) {
  const address = parse(url);
  if (!address) return h("span", {}, label);
  const attributes = { href: address.href, target: "_blank", rel: "noopener noreferrer" };
  const link = h("a", attributes, label);
  link.addEventListener("click", (event) => {
    if (follow(address.href)) event.preventDefault();
  });
  return link;
}

/** Follow a link inside the sandbox; returns false if it leads elsewhere. */
export function follow(url) {
  const address = parse(url);
  if (!address) return true;
  const { hosts } = get("meta");
  const inside = address.origin === hosts.github || address.origin === hosts.circleci;
  if (inside || KNOWN.has(address.hostname)) return showThing(address);
  const message = address.pathname.match(/^\/archives\/[A-Z0-9]+\/p(\d+)(\d{6})$/);
  if (message && address.hostname.endsWith(".slack.com")) {
    return flash("slack", `message:${message[1]}.${message[2]}`, address);
  }
  if (!/(^|\.)example\.com$/.test(address.hostname)) return false;
  toast(`${address.host} would open here. The shop is imagined, so there is nothing to see.`);
  return true;
}

function parse(url) {
  try {
    const address = new URL(url);
    return ["http:", "https:", "mailto:"].includes(address.protocol) ? address : null;
  } catch {
    return null;
  }
}

function showThing(address) {
  const path = address.pathname;
  const number = path.match(/\/pipelines\/.+?\/(\d+)(?:\/|$)/)?.[1];
  const pipeline = all("pipeline").find((one) => String(one.number) === number);
  if (pipeline) return flash("circleci", `pipeline:${pipeline.id}`, address);
  const name = decodeURIComponent(path.split("/").at(-1));
  const deployments = all("deployment").sort((one, other) => other.id - one.id);
  const found = deployments.find((one) => String(one.id) === name || one.sha.startsWith(name) || one.ref === name);
  if (found && name) return flash("github", `deployment:${found.id}`, address);
  toast(`${address.hostname === "127.0.0.1" ? "GitHub" : address.hostname} would open ${path} here.`);
  return true;
}

function flash(panel, key, address) {
  showPanel(panel);
  const element = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!element) {
    toast(`${address.pathname} is not on this page any more.`);
    return true;
  }
  element.scrollIntoView({ block: "nearest" });
  element.classList.remove("flash");
  void element.offsetWidth; // so that the animation starts again
  element.classList.add("flash");
  element.focus({ preventScroll: true });
  return true;
}
