import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { WaitContext } from "../environment/poll.ts";
import { type Before, type EndedUpdate, runUpdate, type UpdateRules } from "../update/run-update.ts";
import type { UpdateRequest } from "../update/update-request.ts";
import { planOptions } from "./plan-options.ts";

/**
 * Sets options in an update of their own, judged like that of a version: what runs has to run on, and the environment has to have
 * them. Elastic Beanstalk takes back options with which the application does not start, and the label does not show that.
 */
export async function runOptions(
  eb: ElasticBeanstalkClient,
  watched: Parameters<typeof runUpdate>[1],
  request: UpdateRequest,
  before: Before,
  rules: UpdateRules,
  context: WaitContext,
): Promise<EndedUpdate> {
  const ended = await runUpdate(eb, watched, request, before, { ...rules, wait: true }, context);
  if (ended.outcome !== "right") return ended;
  const { steps } = planOptions(request.options, await watched.beanstalk.readSettings());
  if (steps.length === 0) return ended;
  const missing = steps.map(({ action, reason }) => `${action} (${reason})`).join(", ");
  return {
    ...ended,
    outcome: "reverted-by-eb",
    why: `the environment does not have the options: ${missing}`,
  };
}
