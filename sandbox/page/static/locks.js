// The buttons that lock and unlock production, by typing the command as the selected person.

import { act } from "./act.js";
import { toEnd } from "./chat.js";

/** Wire the buttons. */
export function keepLocks() {
  for (const [id, release] of [["do-lock", false], ["do-unlock", true]]) {
    document.getElementById(id).addEventListener("click", () => {
      toEnd();
      act("lock", { release });
    });
  }
}
