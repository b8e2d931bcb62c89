import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { Half } from "../../verify/check.ts";
import { verificationError } from "../../verify/check-release.ts";
import { lookedLines } from "../../verify/looked.ts";
import type { SiteOrigin } from "../../verify/site-origin.ts";
import { tiersOf } from "../store/release-tiers.ts";
import type { EnvironmentInputs } from "./inputs.ts";
import { type CheckInputs, releaseChecker } from "./release-checker.ts";
import { requireAddresses } from "./required-inputs.ts";
import type { ApiTarget } from "./targets.ts";

/**
 * Why the live system does not answer as the release, as visitors see it; undefined when it does. Waits for it, but where
 * `mayStillArrive` knows better. Of migrations alone visitors see nothing: the database is asked for their records.
 * Throws `InvalidInputs` where the step was not told the addresses of what the release has.
 */
export type Verify = (
  manifest: Manifest,
  mayStillArrive?: (half: Half) => Promise<boolean>,
) => Promise<string | undefined>;

/** The names of a release's migrations that the database does not have on record. */
type MissingMigrations = (manifest: Manifest) => Promise<readonly string[]>;

/** Verifies releases by an environment's public addresses, and by Elastic Beanstalk's word where the step knows whom to ask. */
export function verifier(
  given: CheckInputs & Pick<EnvironmentInputs, "verify-timeout-seconds">,
  targets: {
    readonly api: ApiTarget;
    readonly missingMigrations: MissingMigrations;
    readonly origin: SiteOrigin | undefined;
  },
  context: Pick<ActionContext, "clock" | "signal" | "runner">,
): Verify {
  const { signal, runner } = context;
  const check = releaseChecker(given, targets, context);
  return async (manifest, mayStillArrive) => {
    const { site, api } = manifest;
    if (!site && !api) return databaseDifference(manifest, targets.missingMigrations, signal);
    requireAddresses(given, tiersOf(manifest));
    const timeoutSeconds = given["verify-timeout-seconds"];
    const result = await check(manifest, { timeoutSeconds, mayStillArrive });
    if (!result.verified) return explain(verificationError(manifest.id, result));
    for (const line of lookedLines(result.looked)) runner.info(line);
    return undefined;
  };
}

async function databaseDifference(
  manifest: Manifest,
  missingMigrations: MissingMigrations,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const names = await missingMigrations(manifest);
    if (names.length === 0) return undefined;
    return `release "${manifest.id}" is not what the database has: ${names.map((name) => `"${name}"`).join(", ")} is not on record there`;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ActionError && error.code === "InvalidInputs") throw error;
    return explain(error);
  }
}
