// The page: reads the event stream and lets every part draw itself.

import { drawBot, keepBot } from "./bot.js";
import { drawChat, keepScroll } from "./chat.js";
import { drawCircleCI, keepCircleCI } from "./circleci.js";
import { keepComposer } from "./composer.js";
import { drawGitHub, keepGitHub } from "./github.js";
import { keepLocks } from "./locks.js";
import { drawPeople } from "./people.js";
import { keepRules } from "./rules.js";
import { connect, get, listen } from "./store.js";
import { drawStory, keepStory } from "./story.js";
import { keepTabs } from "./tabs.js";
import { keepAges } from "./time.js";
import { drawTroubles, keepTroubles } from "./trouble.js";

const DRAWN_BY = [
  [drawChat, ["message", "typed", "meta"]],
  [drawGitHub, ["deployment", "code"]],
  [drawCircleCI, ["pipeline", "plan", "deployment"]],
  [drawTroubles, ["provider"]],
  [drawBot, ["bot"]],
  [drawStory, ["story", "meta", "bot"]],
];

keepScroll();
keepComposer();
keepLocks();
keepGitHub();
keepCircleCI();
keepRules();
keepBot();
keepStory();
keepTabs();
keepTroubles();
keepAges();

listen((changed, first) => {
  const kinds = new Set([...changed].map((key) => key.split(":")[0]));
  if (first) begin();
  for (const [draw, from] of DRAWN_BY) if (first || from.some((kind) => kinds.has(kind))) draw(first);
});
connect((up) => {
  document.getElementById("lost").hidden = up;
});

function begin() {
  const { channel, repository } = get("meta");
  drawPeople(document.getElementById("people"));
  for (const shown of document.querySelectorAll("[data-channel]")) shown.textContent = channel.name;
  for (const shown of document.querySelectorAll("[data-repository]")) shown.textContent = repository;
  document.body.classList.remove("loading");
}
