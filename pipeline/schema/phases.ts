import type { Manifest, MigrationEntry } from "../bundle/manifest.ts";

/**
 * Why the pending migrations are not safe for the release that is live; empty when they are.
 *
 * | live | pending | then |
 * |---|---|---|
 * | nothing | any | safe: nobody meets the schema meanwhile |
 * | a release | only expand | safe |
 * | a release | only contract | safe, as long as the live release no longer uses what they remove |
 * | a release | of no known phase | unchecked: not refused, and said in the plan |
 * | a release | both | unsafe: what contracts may remove what the live release still uses until the rest is live |
 */
export function checkPhases(pending: readonly MigrationEntry[], live: Manifest | null): readonly string[] {
  if (live === null) return [];
  const expand = pending.filter(({ phase }) => phase === "expand");
  if (expand.length === 0) return [];
  const grows = expand.map(({ name }) => `"${name}"`).join(", ");
  return pending
    .filter(({ phase }) => phase === "contract")
    .map(
      ({ name }) =>
        `migration "${name}" (contract) is pending together with ${grows} (expand), which ${live.id} does not have yet`,
    );
}
