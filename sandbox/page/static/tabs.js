// On narrow screens one panel shows at a time; these tabs choose it.

import { listen } from "./store.js";

const PANELS = { slack: ["message"], github: ["deployment", "code"], circleci: ["pipeline"] };

/** Show a panel; this has no visible effect where all panels are side by side. */
export function showPanel(name) {
  document.getElementById("board").dataset.panel = name;
  for (const tab of tabs()) {
    const here = tab.dataset.tab === name;
    if (here) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
    if (here) mark(tab, false);
  }
}

/** Wire the tabs; a tab gets a dot when its panel changes while it is hidden. */
export function keepTabs() {
  for (const tab of tabs()) tab.addEventListener("click", () => showPanel(tab.dataset.tab));
  listen((changed, first) => {
    const kinds = new Set([...changed].map((key) => key.split(":")[0]));
    for (const tab of tabs()) {
      const touched = PANELS[tab.dataset.tab].some((kind) => kinds.has(kind));
      if (touched && !first && !tab.hasAttribute("aria-current")) mark(tab, true);
    }
  });
}

const tabs = () => document.querySelectorAll("[data-tab]");

function mark(tab, news) {
  tab.querySelector(".news").hidden = !news;
}
