// The providers' states as words, each with a tone and an icon that repeat it.

const STATES = {
  // GitHub's deployments
  "": ["quiet", "Created", "wait"],
  pending: ["wait", "Pending", "wait"],
  queued: ["wait", "Queued", "wait"],
  in_progress: ["run", "In progress", "run"],
  failure: ["bad", "Failure", "cross"],
  inactive: ["quiet", "Inactive", "skip"],
  destroyed: ["quiet", "Destroyed", "skip"],
  // both
  success: ["good", "Success", "check"],
  error: ["bad", "Error", "cross"],
  // CircleCI's pipelines, workflows and jobs
  created: ["quiet", "Created", "wait"],
  "setup-pending": ["wait", "Starting", "wait"],
  setup: ["run", "Setting up", "run"],
  errored: ["bad", "Config error", "cross"],
  running: ["run", "Running", "run"],
  failing: ["run", "Failing", "run"],
  failed: ["bad", "Failed", "cross"],
  on_hold: ["wait", "Needs approval", "hold"],
  canceled: ["quiet", "Canceled", "cross"],
  unauthorized: ["bad", "Unauthorized", "cross"],
  not_run: ["quiet", "Not run", "skip"],
  blocked: ["quiet", "Waiting", "wait"],
};

/** A state's tone, word and icon; an unknown state is shown as it is. */
export const stateOf = (state) => STATES[state] ?? ["quiet", state, "wait"];
