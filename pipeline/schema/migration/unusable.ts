import type { MigrationEntry } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import type { Objection } from "./migration-source.ts";

/** Says why a migration cannot be used. */
export function unusable(
  { name }: Pick<MigrationEntry, "name">,
  reason: string,
  { code, hint }: Objection,
  cause?: unknown,
): ActionError {
  return new ActionError(code, `migration "${name}": ${reason}`, { hint, cause });
}
