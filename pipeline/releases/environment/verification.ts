import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import type { Half } from "../../verify/check.ts";
import { checkRelease, verificationError } from "../../verify/check-release.ts";
import type { EnvironmentInputs } from "./inputs.ts";
import { requireInputs } from "./required-inputs.ts";

/**
 * Why the live system does not answer as the release, as visitors see it; undefined when it does. Waits for it, but where
 * `mayStillArrive` knows better. Throws `InvalidInputs` where the step was not told the addresses.
 */
export type Verify = (
  manifest: Manifest,
  mayStillArrive?: (half: Half) => Promise<boolean>,
) => Promise<string | undefined>;

/** Verifies releases by an environment's public addresses. */
export function verifier(
  given: Pick<
    EnvironmentInputs,
    "environment" | "site-url" | "api-url" | "routes" | "verify-timeout-seconds"
  >,
  { clock, signal, runner }: Pick<ActionContext, "clock" | "signal" | "runner">,
): Verify {
  return async (manifest, mayStillArrive) => {
    requireInputs(given, ["site-url", "api-url"], "to verify what is live");
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
