import type { ActionContext } from "../../kit/action.ts";
import { openSession } from "../session.ts";
import type { RollbackInputs } from "./inputs.ts";
import { repair } from "./repair.ts";
import { resume } from "./resume.ts";
import { rollBack } from "./roll-back.ts";

export { inputs } from "./inputs.ts";

const operations = { rollback: rollBack, resume, repair } as const;

/** Puts an earlier release back, lets pushes through again, or ends what was left half done. Builds nothing. */
export async function run(given: RollbackInputs, context: ActionContext): Promise<void> {
  const session = await openSession(given, context);
  await operations[given.operation](session, given);
}
