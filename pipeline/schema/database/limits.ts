/** How long a migration may wait and work. */
export interface MigrationLimits {
  /** For another runner to finish with this database. */
  readonly lockWaitSeconds: number;
  /** For a lock on a table; whoever comes after waits behind it for as long. */
  readonly lockTimeoutMs: number;
  /** For one statement. */
  readonly statementTimeoutSeconds: number;
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
  tries: 10,
  retryMs: 1000,
};
