import type { Execute } from "./records.ts";

/** One request of a migration's to the server: one statement, or several in one text, as Sequelize's changeColumn sends. */
export interface ObservedStatement {
  /** As the migration sent it, values and all: nothing of it may be shown but by `shownSql`. */
  readonly sql: string;
  /** Of the migration that sent it, as the manifest names it. */
  readonly migration: string;
  readonly direction: "up" | "down";
  /** Whether it runs in the transaction that holds the migration's record too. */
  readonly isInTransaction: boolean;
  /**
   * Runs SQL in the very session, and the very transaction, of the statement. Rejects where that transaction has failed; whoever
   * has to look even then has a session of their own.
   */
  readonly execute: Execute;
}

/**
 * Looks at each statement of a migration, in the order of the server's work: nothing else runs in the session meanwhile. What it
 * throws is what the statement fails of.
 */
export interface StatementObserver {
  before?(statement: ObservedStatement): Promise<void>;
  /** `sqlState` is "" when the server did it. */
  after?(statement: ObservedStatement, outcome: { readonly sqlState: string }): Promise<void>;
}
