import { ActionError, explain } from "../../kit/errors.ts";
import type { Beanstalk } from "../environment/beanstalk.ts";
import { refusalOf } from "../environment/call.ts";
import type { EventStream } from "../environment/event-stream.ts";
import { pollUntil, type WaitContext } from "../environment/poll.ts";
import { type BusyRule, waitForReady } from "../environment/ready.ts";
import type { UpdateRequest } from "./update-request.ts";

/** A version that was just made may not be found at once. */
const newVersionMs = 30_000;
/** After a lost answer: an update that arrived shows itself in that time. */
const showsItselfMs = 20_000;

/** What is to be started. */
export interface Start {
  readonly beanstalk: Beanstalk;
  /** From before the update on. */
  readonly stream: EventStream;
  readonly request: UpdateRequest;
  readonly busy: BusyRule;
}

/**
 * Sends the update and returns its request id. A busy environment is waited for by looking at it; then the update is sent again,
 * for as long as the rule allows, and `BeanstalkBusy` is thrown. An update whose answer was lost is recognised by what the
 * environment does, and is sent again only where it did not arrive.
 */
export async function startUpdate(start: Start, context: WaitContext): Promise<string> {
  const { beanstalk, request, busy } = start;
  const { wanted } = request;
  const { clock } = context;
  const startedAt = clock.now().getTime();
  const waited = (): number => clock.now().getTime() - startedAt;
  return pollUntil(
    async () => {
      try {
        return await beanstalk.update(request);
      } catch (error) {
        const refusal = refusalOf(error);
        if (refusal === "lost") return await arrived(start, context, error);
        if (refusal === "no-version") {
          if (waited() < newVersionMs) return undefined;
          throw new ActionError("VersionUnusable", `Elastic Beanstalk does not find version "${wanted}"`, {
            hint: "a lifecycle policy may have removed it: deploy its release again, or choose a later one",
            cause: error,
          });
        }
        if (refusal !== "busy") throw error;
        const leftMs = busy.waitMs - waited();
        if (busy.mode === "fail" || leftMs <= 0) throw await refused(beanstalk, error);
        await waitForReady(beanstalk, { ...busy, waitMs: leftMs }, context);
        return undefined;
      }
    },
    context,
    // Each try is a write: where the environment is Ready and refuses all the same, a few of them are enough.
    { pause: (elapsedMs, random) => Math.min(Math.max(elapsedMs, 1000), 30_000) * (0.75 + random / 2) },
  );
}

/** The request id of an update whose answer was lost; undefined where it never arrived, so that it has to be sent again. */
async function arrived(
  { beanstalk, stream, request }: Start,
  context: WaitContext,
  lost: unknown,
): Promise<string | undefined> {
  context.note(`the answer to the update was lost (${explain(lost)}): looking whether it began`);
  const until = context.clock.now().getTime() + showsItselfMs;
  const { id } = await pollUntil(async () => {
    await stream.read();
    const environment = await beanstalk.readEnvironment();
    const begun = stream.events.findLast(({ message }) => /^Environment update is starting/i.test(message));
    if (begun && environment?.versionLabel === request.wanted) {
      context.note(`the update began, as request ${begun.requestId}`);
      return { id: begun.requestId };
    }
    return context.clock.now().getTime() < until ? undefined : { id: undefined };
  }, context);
  return id;
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
