import { explain } from "../../kit/errors.ts";
import { sqlState } from "../database/database-errors.ts";
import type { ThrownValue } from "./messages.ts";

/** What a migration threw, as text. */
export function thrownValue(error: unknown): ThrownValue {
  const { sql, parent } = (error ?? {}) as { sql?: unknown; parent?: { detail?: unknown; hint?: unknown } };
  const { detail, hint } = parent ?? {};
  return {
    isError: error instanceof Error,
    message: error instanceof Error ? explain(error) : String(error),
    stack: error instanceof Error ? String(error.stack ?? "") : "",
    state: sqlState(error),
    ...(typeof sql === "string" ? { sql } : {}),
    ...(typeof detail === "string" ? { detail } : {}),
    ...(typeof hint === "string" ? { hint } : {}),
  };
}
