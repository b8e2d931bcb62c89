import { runLife } from "../../github/run-life.ts";
import type { ActionContext } from "../../kit/action.ts";
import { adopt } from "../adopt/adopt.ts";
import { observe } from "../adopt/observe.ts";
import { environmentLock } from "../environment/lock.ts";
import { looker } from "../environment/look.ts";
import { refuseOtherRef } from "../environment/only-default-branch.ts";
import { maskSecrets, openEnvironment, openGitHub } from "../environment/open.ts";
import { isRunOver } from "../environment/run-over.ts";
import { apiTarget, originOf, schemaTarget, siteTarget } from "../environment/targets.ts";
import { verifier } from "../environment/verification.ts";
import { attemptEnder } from "../finish/end-attempt.ts";
import { lookAtSchemaToo, missingIn } from "../put-back/look-at-schema.ts";
import { openTiers } from "../put-back/open-tiers.ts";
import { tierRequirement } from "../put-back/require-tiers.ts";
import { retain } from "../retention/retention.ts";
import type { RollbackInputs } from "./inputs.ts";
import { repair } from "./repair.ts";
import { resume } from "./resume.ts";
import { rollBack } from "./roll-back.ts";

export { inputs } from "./inputs.ts";

/** Puts an earlier release back, lets pushes through again, or ends what was left half done. Builds nothing. */
export async function run(given: RollbackInputs, context: ActionContext): Promise<void> {
  const isDryRun = given["dry-run"];
  const { to, reason, schema } = given;
  maskSecrets(given, context.runner);
  const environment = openEnvironment(given, context, "mend");
  const octokit = await openGitHub(given["github-token"], context);
  await refuseOtherRef(given, octokit, context);
  const [siteUrl, apiUrl] = [given["site-url"], given["api-url"]];
  const api = apiTarget(given, context);
  const site = siteTarget(given, context);
  const schemaPlace = schemaTarget(given, context);
  const tiers = openTiers(environment, { site, api, schema: schemaPlace }, context);
  const deployments = { octokit, environment: environment.name, url: siteUrl || apiUrl, context };
  const lockRules = {
    waitSeconds: given["lock-wait-seconds"],
    isOver: isRunOver.bind(undefined, octokit, context.run),
  };
  const options = {
    lock: environmentLock(environment, lockRules, context),
    tiers,
    requireTiers: tierRequirement(given, tiers),
    endAttempt: attemptEnder(
      {
        environment,
        tiers,
        verify: verifier(
          given,
          { api, missingMigrations: missingIn(tiers.schema), origin: originOf(site, environment.store.s3) },
          context,
        ),
        deployments,
      },
      context,
    ),
    deployments,
    retain: () => retain(environment, { keep: given["keep-releases"], api }, context),
    links: { siteUrl, apiUrl, region: given["aws-region"] },
    witnesses: {
      lifeOf: runLife.bind(undefined, octokit, context.run),
      look: lookAtSchemaToo(looker(given, api, context), tiers.schema),
    },
  };
  if (given.operation === "adopt") {
    const places = { api, siteBucket: site.bucket, database: schemaPlace.database };
    const look = () => observe(places, environment.store.s3, context);
    const request = { isDryRun, leave: given.leave };
    return adopt(environment, request, look, { ...options, reason }, context);
  }
  if (given.operation === "resume") {
    const request = { isDryRun, workflow: given["deploy-workflow"] };
    return resume(environment, request, { ...options, octokit }, context).catch((error: unknown) => {
      // It has begun nothing that the job Finish would have to end.
      if (!context.signal.aborted) context.runner.output("outcome", "unchanged");
      throw error;
    });
  }
  if (given.operation === "repair") return repair(environment, { reason, isDryRun }, options, context);
  return rollBack(environment, { to, schema, reason, isDryRun }, options, context);
}
