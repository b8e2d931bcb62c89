import { type Manifest, migrationsOf } from "../../bundle/manifest.ts";
import { explain } from "../../kit/errors.ts";
import type { Look } from "../environment/look.ts";
import type { SchemaTier } from "./tier.ts";

/**
 * The same look with the database's records of migrations, where the step can reach it: a release that has migrations which are not
 * on record is not whole, and what is on record and not the release's is told, since an older one may miss what it took out.
 */
export function lookAtSchemaToo(look: Look, schema: Pick<SchemaTier, "isReachable" | "records">): Look {
  return async (manifest) => {
    const seen = await look(manifest);
    if (!schema.isReachable || migrationsOf(manifest).length === 0) return seen;
    try {
      const { missing, strange } = await schema.records(manifest);
      const told = [
        ...(missing.length > 0 ? [`not on record in the database: ${missing.join(", ")}`] : []),
        ...(strange.length > 0 ? [`on record there, and not of this release: ${strange.join(", ")}`] : []),
      ];
      const words = [seen.words, ...told].join("; ");
      return { whole: missing.length > 0 ? "no" : seen.whole, words };
    } catch (error) {
      const whole = seen.whole === "yes" ? "unknown" : seen.whole;
      return { whole, words: `${seen.words}; the schema was not looked at: ${explain(error)}` };
    }
  };
}

/** The names of a release's migrations that are not on record. */
export function missingIn({
  records,
}: Pick<SchemaTier, "records">): (manifest: Manifest) => Promise<readonly string[]> {
  return async (manifest) => (await records(manifest)).missing;
}
