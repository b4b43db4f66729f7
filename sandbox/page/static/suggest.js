// Suggests what could be typed next.

const COMMANDS = [
  ["deploy", "environment [ref]", "puts a ref live in an environment"],
  ["list", "[environment]", "what runs where"],
  ["status", "[environment]", "one deployment, step by step"],
  ["diff", "environment [ref]", "what a deployment would change"],
  ["cancel", "[environment]", "stops the running deployment"],
  ["retry", "[environment]", "deploys the last one again"],
  ["rollback", "environment [ref or id]", "goes back to what was live before"],
  ["promote", "from to", "deploys what's live in one environment to another"],
  ["approve", "[environment]", "agrees to what waits for approval"],
  ["reject", "[environment] [reason]", "ends what waits for approval"],
  ["lock", "environment|all [reason]", "stops deployments there"],
  ["unlock", "environment|all", "allows them again"],
  ["locks", "", "what's locked, and why"],
  ["resume", "environment", "automatic deployments go on after a rollback"],
  ["config", "", "the configuration in force"],
  ["hello", "", "who is who on GitHub"],
  ["verify", "[code]", "proves your GitHub login"],
  ["goodbye", "", "unlinks you from your login"],
  ["setup", "owner/repo", "connects this channel to a repository"],
  ["reset", "", "disconnects this channel"],
  ["help", "", "everything you can type"],
];
const AFTER = {
  deploy: ["environment", "ref"],
  list: ["environment"],
  status: ["environment"],
  diff: ["environment", "ref"],
  cancel: ["environment"],
  retry: ["environment"],
  rollback: ["environment", "ref"],
  promote: ["environment", "environment"],
  approve: ["environment"],
  reject: ["environment"],
  lock: ["environment"],
  unlock: ["environment"],
  resume: ["environment"],
  setup: ["repository"],
};

/** Suggestions for `text`: each with the field's new value, a label and a detail. */
export function suggest(text, { slash, repository, code }) {
  if (!text.startsWith("/")) return [];
  const words = text.split(/\s+/);
  if (words.length === 1) {
    return slash.startsWith(text) ? commands(slash, "") : [];
  }
  if (words[0] !== slash) return [];
  if (words.length === 2) return commands(slash, words[1].toLowerCase());
  const kind = AFTER[words[1]]?.[words.length - 3];
  const last = words.at(-1);
  const before = words.slice(0, -1).join(" ");
  const more = kind === "environment" && words[1] === "deploy";
  return choices(kind, { repository, code })
    .filter(({ name }) => name.toLowerCase().startsWith(last.toLowerCase()) && name !== last)
    .map(({ name, detail }) => ({ value: `${before} ${name}${more ? " " : ""}`, label: name, detail }));
}

function commands(slash, start) {
  return COMMANDS.filter(([name]) => name.startsWith(start)).map(([name, takes, does]) => ({
    value: `${slash} ${name}${takes ? " " : ""}`,
    label: `${slash} ${name}`,
    takes,
    detail: does,
  }));
}

function choices(kind, { repository, code }) {
  if (kind === "repository") return [{ name: repository, detail: "the shop" }];
  if (kind === "environment") {
    const known = [...code.environments, "production", "staging", "test", "preview"];
    return [...new Set(known)].map((name) => ({ name, detail: "environment" }));
  }
  if (kind !== "ref") return [];
  return [
    ...code.tags.map((tag) => ({ name: tag.name, detail: `tag · ${tag.subject}` })),
    ...code.branches.map((branch) => ({ name: branch.name, detail: `branch · ${branch.subject}` })),
  ];
}
