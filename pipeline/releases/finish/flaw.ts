import type { Manifest } from "../../bundle/manifest.ts";
import { explain } from "../../kit/errors.ts";
import type { Half } from "../../verify/check.ts";
import { checkRelease, verificationError } from "../../verify/check-release.ts";
import { need, type Session } from "../session.ts";

/**
 * Why the live system does not answer as the release, as visitors see it; undefined when it does. Waits for it, but where
 * `mayStillArrive` knows better.
 */
export async function flawOf(
  session: Session,
  manifest: Manifest,
  mayStillArrive?: (half: Half) => Promise<boolean>,
): Promise<string | undefined> {
  const { place, context } = session;
  const addresses = need(place, ["site-url", "api-url"], "to verify what is live");
  const result = await checkRelease({
    manifest,
    siteUrl: addresses["site-url"],
    apiUrl: addresses["api-url"],
    routes: place.routes,
    timeoutSeconds: place["verify-timeout-seconds"],
    clock: context.clock,
    signal: context.signal,
    onProgress: context.runner.info,
    ...(mayStillArrive ? { mayStillArrive } : {}),
  });
  return result.verified ? undefined : explain(verificationError(manifest.id, result));
}
