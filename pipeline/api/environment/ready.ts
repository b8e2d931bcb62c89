import { ActionError } from "../../kit/errors.ts";
import type { Beanstalk } from "./beanstalk.ts";
import { busyWith } from "./busy-with.ts";
import type { EnvironmentReading } from "./observation.ts";
import { pollUntil, type WaitContext } from "./poll.ts";

/** What to do about an environment that is busy with another operation. */
export interface BusyRule {
  readonly mode: "fail" | "wait" | "abort";
  readonly waitMs: number;
}

/** The environment as it is. Throws `EnvironmentNotFound`. */
async function readExisting(beanstalk: Beanstalk): Promise<EnvironmentReading> {
  const found = await beanstalk.readEnvironment();
  if (found !== undefined && !found.status.startsWith("Terminat")) return found;
  const { environment, application } = beanstalk;
  throw new ActionError(
    "EnvironmentNotFound",
    `application "${application}" has no environment "${environment}" in this region, or the role may not see it`,
    {
      hint: "check the inputs `application`, `environment` and `aws-region`; a role without elasticbeanstalk:DescribeEnvironments gets an empty list, not an error",
    },
  );
}

/** Returns the environment once it is Ready. Throws `BeanstalkBusy` by the rule's mode, or when its time is over. */
export async function waitForReady(
  beanstalk: Beanstalk,
  rule: BusyRule,
  context: WaitContext,
): Promise<EnvironmentReading> {
  const first = await readExisting(beanstalk);
  if (first.status === "Ready") return first;
  if (rule.mode === "fail") throw await busy(beanstalk, first, "it was not to be waited for");
  if (rule.mode === "abort" && first.abortable && (await beanstalk.abort())) {
    context.note(`asked Elastic Beanstalk to abort the update that is under way (${first.versionLabel})`);
  } else {
    const what = await busyWith(beanstalk);
    context.note(
      `the environment is busy (${first.status}, ${first.versionLabel}): waiting${what && ` (${what})`}`,
    );
  }
  const until = context.clock.now().getTime() + rule.waitMs;
  return pollUntil(async () => {
    const now = await readExisting(beanstalk);
    if (now.status === "Ready") return now;
    if (context.clock.now().getTime() >= until)
      throw await busy(beanstalk, now, `after ${rule.waitMs / 1000} s`);
    return undefined;
  }, context);
}

async function busy(
  beanstalk: Beanstalk,
  { status, versionLabel }: EnvironmentReading,
  when: string,
): Promise<ActionError> {
  const what = await busyWith(beanstalk);
  return new ActionError(
    "BeanstalkBusy",
    `environment "${beanstalk.environment}" is ${status} (version "${versionLabel}"), ${when}${what && `; ${what}`}`,
    {
      hint: "let the other operation end, or set `busy: wait` with a longer `busy-wait-minutes`, or `busy: abort`",
    },
  );
}
