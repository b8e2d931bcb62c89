import { ActionError, explain } from "../../kit/errors.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import { refusalOf } from "../environment/call.ts";
import { pollUntil, type WaitContext } from "../environment/poll.ts";
import type { BusyRule } from "../environment/ready.ts";

/** A version that was just made may not be found at once. */
const newVersionMs = 30_000;

/**
 * Sends the update and returns its request id. While Elastic Beanstalk says that the environment must be Ready first, it
 * is sent again for as long as the rule allows; then throws `BeanstalkBusy`.
 */
export async function startUpdate(
  beanstalk: Beanstalk,
  label: string,
  busy: BusyRule,
  context: WaitContext,
): Promise<string> {
  const startedAt = context.clock.now().getTime();
  return pollUntil(async () => {
    const waited = context.clock.now().getTime() - startedAt;
    try {
      return await beanstalk.update(label);
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal === "no-version") {
        if (waited < newVersionMs) return undefined;
        throw new ActionError("VersionUnusable", `Elastic Beanstalk does not find version "${label}"`, {
          hint: "a lifecycle policy may have removed it: deploy its release again, or choose a later one",
          cause: error,
        });
      }
      if (refusal !== "busy") throw error;
      if (busy.mode !== "fail" && waited < busy.waitMs) return undefined;
      throw await refused(beanstalk, error);
    }
  }, context);
}

async function refused(beanstalk: Beanstalk, error: unknown): Promise<ActionError> {
  const now = await beanstalk.readEnvironment();
  const isStuck = now?.status === "Ready";
  return new ActionError(
    "BeanstalkBusy",
    `Elastic Beanstalk refuses to update "${beanstalk.environment}"${isStuck ? ", although it is Ready" : ""} (${explain(error)})`,
    {
      hint: isStuck
        ? "look at its CloudFormation stack; where that shows nothing, rebuild the environment"
        : "let the other operation end, or set `busy: wait` with a longer `busy-wait-minutes`",
      cause: error,
    },
  );
}
