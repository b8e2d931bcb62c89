import type { Finding } from "../../bundle/observation.ts";
import type { SchemaState } from "./schema-state.ts";

/** Below both, nobody notices that a table is read or written from end to end. */
const small = { rows: 10_000, bytes: 5_000_000 };

/** Bytes a second, of a modest RDS instance: cautious, since what counts is whether it is a moment or minutes. */
const speed = { read: 100_000_000, write: 20_000_000 };

const writes = /^(rewrite|volatile-default|change-type|all-rows|rows-with-locks)$/;

/** How long others would wait for what a finding is about. */
export function waitOf(
  { on, rule }: Pick<Finding, "on" | "rule">,
  state: SchemaState | undefined,
): { readonly isSmall: boolean; readonly words: string } {
  if (state === undefined || on.table === "") return { isSmall: false, words: "" };
  const table = Object.hasOwn(state.tables, on.table) ? state.tables[on.table] : undefined;
  if (table === undefined) return { isSmall: state.isWhole, words: "" };
  const seconds = table.bytes / (writes.test(rule) ? speed.write : speed.read);
  const isSmall = table.rows < small.rows && table.bytes < small.bytes;
  return { isSmall, words: `${about(seconds)} at ${sizeWords(table)}` };
}

function about(seconds: number): string {
  if (seconds < 1) return "less than a second";
  if (seconds < 90) return `about ${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `about ${Math.ceil(seconds / 60)} min` : `about ${Math.ceil(seconds / 3600)} h`;
}

function sizeWords({ rows, bytes }: { readonly rows: number; readonly bytes: number }): string {
  const megabytes = bytes / 1_000_000;
  const size =
    megabytes < 1000
      ? `${megabytes.toFixed(megabytes < 10 ? 1 : 0)} MB`
      : `${(megabytes / 1000).toFixed(1)} GB`;
  return `${rows} rows, ${size}`;
}
