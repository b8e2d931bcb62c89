/** How long a statement may wait and work. */
export interface StatementLimits {
  /** For a lock on a table; whoever comes after waits behind it for as long. */
  readonly lockTimeoutMs: number;
  readonly statementTimeoutSeconds: number;
}

/** How long a migration may wait and work. */
export interface MigrationLimits extends StatementLimits {
  /** For another runner to finish with this database. */
  readonly lockWaitSeconds: number;
  /** For a whole migration, whatever it does. */
  readonly migrationTimeoutSeconds: number;
  /** Tries of one migration that lost a lock or a deadlock. */
  readonly tries: number;
  /** The longest pause before the second try; it doubles from there, up to a minute. */
  readonly retryMs: number;
}

/** What `action.yml` says by default, for callers whose own action has no such inputs. */
export const standardLimits: MigrationLimits = {
  lockWaitSeconds: 600,
  lockTimeoutMs: 3000,
  statementTimeoutSeconds: 900,
  migrationTimeoutSeconds: 1800,
  tries: 10,
  retryMs: 1000,
};
