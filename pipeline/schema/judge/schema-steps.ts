import type { MigrationEntry } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";

/** The migrations whose `down` runs before the API goes back, and those after it; each newest first. */
export interface SchemaSteps {
  readonly beforeApi: readonly string[];
  readonly afterApi: readonly string[];
}

/**
 * What happens to the schema. Throws `RollbackRefused` where that is not safe.
 *
 * | migrations between | keep | down |
 * |---|---|---|
 * | none | nothing | nothing |
 * | expand only | stay: the target can live with them | down after the API |
 * | contract | refused: the target needs what they removed | down before the API |
 * | one without a way back | expand: stay; contract: refused | refused |
 * | an expand, or one of which nothing is known, newer than a contract | refused | refused: no order is safe, in two steps it is |
 */
export function planSchema(between: readonly MigrationEntry[], schema: "keep" | "down"): SchemaSteps {
  const contracts = between.filter(({ phase }) => phase === "contract");
  if (schema === "keep") {
    if (contracts.length === 0) return { beforeApi: [], afterApi: [] };
    throw new ActionError(
      "RollbackRefused",
      `the target needs what ${names(contracts)} removed from the schema`,
      { hint: "run it again with schema: down, or roll back to a release after that migration" },
    );
  }
  const oneWay = between.filter(({ reversible }) => !reversible);
  if (oneWay.length > 0) {
    throw new ActionError("RollbackRefused", `${names(oneWay)} has no way back`, {
      hint:
        contracts.length === 0
          ? "run it again with schema: keep: the target can live with what expand migrations added"
          : "roll back to a release after that migration, or mend forward with a push",
    });
  }
  const newestFirst = [...between].reverse();
  const lastContract = newestFirst.map(({ phase }) => phase).lastIndexOf("contract");
  if (newestFirst.slice(0, lastContract + 1).some(({ phase }) => phase !== "contract")) {
    throw new ActionError(
      "RollbackRefused",
      `an expand migration came after ${names(contracts)}, so no order of going back is safe in one step`,
      { hint: "roll back to a release between them first, then again" },
    );
  }
  return {
    beforeApi: newestFirst.slice(0, lastContract + 1).map(({ name }) => name),
    afterApi: newestFirst.slice(lastContract + 1).map(({ name }) => name),
  };
}

function names(migrations: readonly MigrationEntry[]): string {
  return migrations.map(({ name }) => `"${name}"`).join(", ");
}
