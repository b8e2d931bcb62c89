import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import type { ApiTarget } from "../environment/targets.ts";

/**
 * Takes the API versions of dropped releases out of Elastic Beanstalk, which has room for 1,000 of them. Those of `kept`
 * stay, and those that were not made from the release store's `bucket`. Failing is a warning.
 */
export async function pruneApi(
  { application, connect }: Pick<ApiTarget, "application" | "connect">,
  bucket: string,
  kept: ReadonlySet<string>,
  { runner, clock }: Pick<ActionContext, "runner" | "clock">,
): Promise<void> {
  if (application === "") return;
  const { pruneVersions } = await import("../../api/versions/prune-versions.ts");
  try {
    const gone = await pruneVersions({
      eb: await connect(),
      application,
      bucket,
      kept,
      clock,
      onFailure: (line) => runner.info(line),
    });
    if (gone.length > 0) runner.info(`deleted ${gone.length} application versions: ${gone.join(", ")}`);
  } catch (error) {
    runner.warning(`old application versions were not deleted: ${explain(error)}`);
  }
}
