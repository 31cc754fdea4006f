// Every page there is, in every state that a person can bring it to: the stops of a walk. At each stop the page is left as it is shown.
import { console_, reference } from "./walk/console.js";
import { answers } from "./walk/invitation.js";
import { addresses, passwords, transfers } from "./walk/mailed.js";
import { security } from "./walk/security.js";
import { example } from "./walk/example.js";

/**
 * Stops by name. `again`, where a stop has it, brings the page to the same state anew: for pages that choose at the beginning how they look.
 * `narrow: false` is for what looks the same on every screen.
 * @param {import("./scene.js").Scene} scene
 * @returns {AsyncGenerator<{ name: string, again?: () => Promise<void>, narrow?: boolean }>}
 */
export async function* walk(scene) {
  yield* answers(scene);
  yield* addresses(scene);
  yield* passwords(scene);
  yield* transfers(scene);
  yield* security(scene);
  yield* example(scene);
  yield* console_(scene);
  yield* reference(scene);
}

/** The pages of the service that have states. */
export const PAGES = ["invitation", "verify-email", "reset-password", "ownership", "change-email", "security", "nowhere"];
