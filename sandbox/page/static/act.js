// Does something: sends an action to the server and shows the result.

import { toast } from "./announce.js";
import { me } from "./people.js";

/** Do `action` as the selected person; resolves to whether it was done. */
export async function act(action, body = {}) {
  try {
    const response = await fetch(`/do/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: me(), ...body }),
    });
    const { said, error } = await response.json();
    if (error) toast(error, "bad");
    else if (said) toast(said);
    return response.ok;
  } catch {
    toast("The sandbox isn't answering. Is it still running in the terminal?", "bad");
    return false;
  }
}
