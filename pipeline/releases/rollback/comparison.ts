import {
  type Manifest,
  type MigrationEntry,
  migrationsOf,
  recordedMigrations,
  type SiteFile,
  siteFilesOf,
} from "../../bundle/manifest.ts";
import { migrationKey } from "../../bundle/migration-names.ts";
import { hasSameHeaders } from "../../site/plan/served-file.ts";

/** The two releases side by side. */
export interface Comparison {
  /** Migrations that the live release has and the target has not, oldest first. */
  readonly between: readonly MigrationEntry[];
  readonly apiChanges: boolean;
  readonly filesDiffering: number;
}

export function compareReleases(live: Manifest, target: Manifest): Comparison {
  const kept = new Set(recordedMigrations(target).map(migrationKey));
  const before = siteFilesOf(target);
  const after = siteFilesOf(live);
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return {
    between: migrationsOf(live)
      .filter((migration) => !kept.has(migrationKey(migration)))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    apiChanges: live.api?.version !== target.api?.version,
    filesDiffering: [...keys].filter((key) => !isSameFile(before[key], after[key])).length,
  };
}

function isSameFile(a: SiteFile | undefined, b: SiteFile | undefined): boolean {
  return a !== undefined && b !== undefined && a.sha256 === b.sha256 && hasSameHeaders(a, b);
}
