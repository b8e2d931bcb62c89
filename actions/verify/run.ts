import { resolve } from "node:path";
import type { ActionContext } from "../lib/action.ts";
import { readManifest } from "../lib/bundle.ts";
import { type Inputs, integer, text, url } from "../lib/inputs.ts";
import { checkRelease, verificationError } from "./check-release.ts";

export const inputs = {
  directory: text,
  "site-url": url,
  "api-url": url,
  "timeout-seconds": integer(1, 3600),
} as const;

/** Green exactly when the live system itself answers as the release. */
export async function run(given: Inputs<typeof inputs>, context: ActionContext): Promise<void> {
  const { runner, clock, signal } = context;
  const manifest = await readManifest(resolve(context.run.workspace, given.directory));
  const result = await checkRelease({
    manifest,
    siteUrl: given["site-url"],
    apiUrl: given["api-url"],
    timeoutSeconds: given["timeout-seconds"],
    clock,
    signal,
    onProgress: runner.info,
  });
  runner.output("verified", result.verified);
  runner.output("requests", result.requests);
  runner.output("seconds", result.seconds.toFixed(1));
  if (!result.verified) throw verificationError(manifest.id, result);
  runner.info(
    `verified: site and API answer as release ${manifest.id} (API ${manifest.api.version}); ${result.requests} reads in ${result.seconds.toFixed(1)} s`,
  );
}
