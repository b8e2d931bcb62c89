import { existsSync } from "node:fs";
import type { Runner } from "../kit/runner.ts";
import type { Attempt } from "../releases/store/attempt.ts";
import type { SyncInputs } from "./inputs.ts";

/**
 * Whether the release has no site, and so nothing has to be done; says so. Where folder and bucket are given it has one: the
 * release is not waited for then, and the folder is compared with it later.
 */
export async function hasNoSite(
  { source, bucket }: Pick<SyncInputs, "source" | "bucket">,
  attempt: Promise<Attempt>,
  runner: Pick<Runner, "info" | "output">,
): Promise<boolean> {
  if (source !== "" && bucket !== "" && existsSync(source)) return false;
  const { manifest } = await attempt;
  if (manifest.site) return false;
  runner.info(`release ${manifest.id} has no site: nothing to put in place`);
  const counts = ["uploaded", "copied", "deleted", "unchanged", "bytes", "requests", "duration-seconds"];
  for (const name of counts) runner.output(name, 0);
  for (const name of ["previous-release-id", "invalidation-id", "plan-file"]) runner.output(name, "");
  runner.output("changed", false);
  runner.output("release-id", manifest.id);
  return true;
}
