import type { Change, Lock, LockMode } from "../judge/facts.ts";

/**
 * What a statement that refuses every transaction locks, by PostgreSQL's documents ("Explicit Locking", and the page of each command):
 * it lets go before anybody can look. A test holds each up until its locks can be seen.
 */
export function documentedLocks(
  sql: string,
  changes: readonly Change[],
  rewrites: readonly string[],
): readonly Lock[] {
  const mode = rewrites.length > 0 ? "AccessExclusive" : modeOf(sql);
  if (mode === undefined) return [];
  const indexes = changes.filter(({ kind }) => kind.startsWith("index "));
  const tables =
    rewrites.length > 0 ? rewrites : indexes.filter(({ isNew }) => !isNew).map(({ table }) => table);
  return [...new Set(tables)].sort().map((table) => ({ table, mode }));
}

function modeOf(sql: string): LockMode | undefined {
  return /^(CREATE\s+(UNIQUE\s+)?INDEX|DROP\s+INDEX|REINDEX\b.*)\s+CONCURRENTLY\b/i.test(sql)
    ? "ShareUpdateExclusive"
    : undefined;
}
