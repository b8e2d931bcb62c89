import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError, explain } from "../../kit/errors.ts";
import type { Half } from "../../verify/check.ts";
import { checkRelease, verificationError } from "../../verify/check-release.ts";
import { tiersOf } from "../store/release-tiers.ts";
import type { EnvironmentInputs } from "./inputs.ts";
import { requireAddresses } from "./required-inputs.ts";

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

/** Verifies releases by an environment's public addresses. */
export function verifier(
  given: Pick<
    EnvironmentInputs,
    "environment" | "site-url" | "api-url" | "routes" | "verify-timeout-seconds"
  >,
  missingMigrations: MissingMigrations,
  { clock, signal, runner }: Pick<ActionContext, "clock" | "signal" | "runner">,
): Verify {
  return async (manifest, mayStillArrive) => {
    const { site, api } = manifest;
    if (!site && !api) return databaseDifference(manifest, missingMigrations, signal);
    requireAddresses(given, tiersOf(manifest));
    const result = await checkRelease({
      manifest,
      siteUrl: given["site-url"],
      apiUrl: given["api-url"],
      routes: given.routes,
      timeoutSeconds: given["verify-timeout-seconds"],
      clock,
      signal,
      onProgress: runner.info,
      ...(mayStillArrive ? { mayStillArrive } : {}),
    });
    return result.verified ? undefined : explain(verificationError(manifest.id, result));
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
