// The latest data from the server: a map of things by key, updated by server-sent events.

const things = new Map();
const listeners = new Set();

/** The thing with that key. */
export const get = (key) => things.get(key);

/** Everything whose key begins with `kind:`. */
export function all(kind) {
  const found = [];
  for (const [key, value] of things) if (key.startsWith(`${kind}:`)) found.push(value);
  return found;
}

/** Call `listener(changed, first)` after every change; `changed` holds the keys. */
export const listen = (listener) => listeners.add(listener);

/** Call every listener again, for instance because another person was selected. */
export const refresh = () => tell(new Set(things.keys()), false);

function tell(changed, first) {
  for (const listener of listeners) listener(changed, first);
}

/** Read the stream; `onLink(up)` is called with whether the sandbox can be reached. */
export function connect(onLink) {
  let run = null;
  const source = new EventSource("/events");
  source.addEventListener("open", () => onLink(true));
  source.addEventListener("error", () => onLink(false));
  source.addEventListener("message", (event) => {
    const { whole, set, drop } = JSON.parse(event.data);
    const first = run === null;
    if (whole && !first && set.meta.run !== run) return location.reload();
    run = set.meta?.run ?? run;
    const changed = new Set(drop);
    if (whole) for (const key of things.keys()) if (!(key in set)) changed.add(key);
    for (const key of changed) things.delete(key);
    for (const [key, value] of Object.entries(set)) {
      things.set(key, value);
      changed.add(key);
    }
    tell(changed, first);
  });
}
