import type { ActionContext } from "../kit/action.ts";
import { begin } from "./begin/begin.ts";
import { finish } from "./finish/finish.ts";
import type { ReleaseInputs } from "./inputs.ts";
import { pin, unpin } from "./retention/pin.ts";
import { openSession } from "./session.ts";
import { status } from "./views/status.ts";

export { inputs } from "./inputs.ts";

const operations = {
  begin,
  finish,
  pin,
  unpin,
  status: (session: Parameters<typeof status>[0]) => status(session),
} as const;

/** Opens a release's attempt, ends it, says how the environment stands, or keeps a release. */
export async function run(given: ReleaseInputs, context: ActionContext): Promise<void> {
  const session = await openSession(given, context);
  await operations[given.operation](session, given);
}
