// The buttons that lock production and release it: they type the command for the person who speaks.

import { act } from "./act.js";
import { toEnd } from "./chat.js";

/** Wire them. */
export function keepLocks() {
  for (const [id, release] of [["do-lock", false], ["do-unlock", true]]) {
    document.getElementById(id).addEventListener("click", () => {
      toEnd();
      act("lock", { release });
    });
  }
}
