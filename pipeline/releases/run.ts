import { failedStep } from "../github/failed-step.ts";
import { runLife } from "../github/run-life.ts";
import type { ActionContext } from "../kit/action.ts";
import { begin } from "./begin/begin.ts";
import { checkGates } from "./begin/gates.ts";
import { environmentLock } from "./environment/lock.ts";
import { looker } from "./environment/look.ts";
import { refuseOtherRef } from "./environment/only-default-branch.ts";
import { maskSecrets, openEnvironment, openGitHub } from "./environment/open.ts";
import { requireAddresses } from "./environment/required-inputs.ts";
import { isRunOver } from "./environment/run-over.ts";
import { apiTarget, originOf, schemaTarget, siteTarget } from "./environment/targets.ts";
import { verifier } from "./environment/verification.ts";
import { attemptEnder } from "./finish/end-attempt.ts";
import { finish } from "./finish/finish.ts";
import type { ReleaseInputs } from "./inputs.ts";
import { lookAtSchemaToo, missingIn } from "./put-back/look-at-schema.ts";
import { openTiers } from "./put-back/open-tiers.ts";
import { tierRequirement } from "./put-back/require-tiers.ts";
import { pin, unpin } from "./retention/pin.ts";
import { retain } from "./retention/retention.ts";
import { status } from "./status.ts";

export { inputs } from "./inputs.ts";

/** What finish cannot end stays half done. */
const patienceOf = {
  begin: "change",
  finish: "mend",
  status: "show",
  pin: "change",
  unpin: "change",
} as const;

/** Opens a release's attempt, ends it, says what the state of the environment is, or keeps a release. */
export async function run(given: ReleaseInputs, context: ActionContext): Promise<void> {
  const { operation, directory, attempt: handle } = given;
  maskSecrets(given, context.runner);
  const environment = openEnvironment(given, context, patienceOf[operation]);
  const octokit = await openGitHub(given["github-token"], context);
  const api = apiTarget(given, context);
  const site = siteTarget(given, context);
  const tiers = openTiers(environment, { site, api, schema: schemaTarget(given, context) }, context);
  const witnesses = {
    lifeOf: runLife.bind(undefined, octokit, context.run),
    look: lookAtSchemaToo(looker(given, api, context), tiers.schema),
  };
  if (operation === "status") {
    const stopped = await failedStep(octokit, context, context.run.runId);
    return status(environment, { witnesses, stopped }, context);
  }
  if (operation === "unpin") return unpin(environment.store, given, context.runner);
  if (operation === "begin") await refuseOtherRef(given, octokit, context);
  const lockRules = {
    waitSeconds: given["lock-wait-seconds"],
    isOver: isRunOver.bind(undefined, octokit, context.run),
  };
  const lock = environmentLock(environment, lockRules, context);
  if (operation === "pin") return pin(environment.store, given, lock, context);
  const [siteUrl, apiUrl] = [given["site-url"], given["api-url"]];
  const deployments = { octokit, environment: environment.name, url: siteUrl || apiUrl, context };
  const verify = verifier(
    given,
    { api, missingMigrations: missingIn(tiers.schema), origin: originOf(site, environment.store.s3) },
    context,
  );
  const endAttempt = attemptEnder({ environment, tiers, verify, deployments }, context);
  if (operation === "begin") {
    const { digest } = given;
    const shared = { sharesWith: given["shares-bundle-with"], apiUrl, siteUrl };
    const options = { directory, digest, lock, endAttempt, deployments, site, shared };
    const requireTiers = tierRequirement(given, tiers);
    const promotion = { from: given["promoted-from"], to: given["goes-on-to"] };
    const rules = { mayDrop: given["drop-tiers"], lint: given.lint, promotion };
    // A warning takes no deploy's time.
    const gates = checkGates(given, octokit, context);
    if (given["require-protection"]) await gates;
    await Promise.all([gates, begin(environment, { ...options, requireTiers, rules }, context)]);
    return;
  }
  const links = { siteUrl, apiUrl, region: given["aws-region"] };
  const keep = given["keep-releases"];
  const rules = { keep, api };
  return finish(
    environment,
    {
      handle,
      lock,
      endAttempt,
      deployments,
      requireAddresses: requireAddresses.bind(undefined, given),
      retain: () => retain(environment, rules, context),
      links,
      witnesses,
    },
    context,
  );
}
