import { shownSql, statementsOf } from "../database/sql-text.ts";
import { type Lock, type LockMode, lockModes, type StatementFacts } from "../judge/facts.ts";
import { differences, rewrittenTables } from "./differences.ts";
import { documentedLocks } from "./documented-locks.ts";
import {
  type Activity,
  activityQuery,
  bothQuery,
  parseActivity,
  parseSnapshot,
  type Snapshot,
  snapshotQuery,
} from "./snapshot.ts";

/** One session of the database in which a migration's statements are executed. */
export interface Session {
  /** For questions of the watch's own. */
  ask(sql: string): Promise<readonly Record<string, unknown>[]>;
  isInTransaction(): boolean;
}

/** Where in the migration a statement comes from. */
export type Origin = Pick<StatementFacts, "line" | "call">;

/** What a transaction held and had read when somebody looked last. */
interface Extent {
  readonly number: number;
  last: Activity;
}

const ofRows = /^(SELECT|INSERT|UPDATE|DELETE|MERGE|WITH|VALUES|EXPLAIN|SHOW|TABLE)\b/i;
const control =
  /^(BEGIN|START\s+TRANSACTION|COMMIT|END|ABORT|ROLLBACK|SAVEPOINT|RELEASE|SET|RESET|DISCARD|LISTEN|DEALLOCATE)\b/i;
const longest = 400;

/** Looks at the catalogue after each statement of one migration, in the same session and transaction. */
export class StatementWatch {
  readonly statements: StatementFacts[] = [];
  #snapshot: Snapshot;
  readonly #old: ReadonlySet<string>;
  readonly #extents = new WeakMap<Session, Extent>();
  #transactions = 0;

  /** The schema as it was when somebody looked last. */
  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  constructor(first: Snapshot) {
    this.#snapshot = first;
    this.#old = new Set(first.relations.keys());
  }

  /** Executes a text of statements by `execute`, each by itself, and notes what each did. Rejects as `execute` does. */
  async around<T>(
    session: Session,
    text: string,
    origin: Origin,
    execute: (statement: string) => Promise<T>,
  ): Promise<readonly T[]> {
    const statements = statementsOf(text);
    if (statements.every((statement) => control.test(statement))) {
      return [await this.#control(session, text, statements, () => execute(text))];
    }
    if (session.isInTransaction()) return this.#inTransaction(session, statements, text, origin, execute);
    await session.ask("BEGIN");
    try {
      const results = await this.#inTransaction(session, statements, text, origin, execute);
      await session.ask("COMMIT");
      return results;
    } catch (error) {
      await session.ask("ROLLBACK");
      if (statements.length > 1 || stateOf(error) !== "25001") throw error;
      // It refuses every transaction, ours included.
      this.statements.pop();
      return [await this.#outside(session, text, origin, execute)];
    } finally {
      this.#extents.delete(session);
    }
  }

  /** Notes a statement that was refused before it reached the database. */
  noteRefused(sql: string, origin: Origin, state: string): void {
    this.statements.push({ ...nothing, ...origin, sql, error: { state, message: "refused by the runner" } });
  }

  async #control<T>(
    session: Session,
    text: string,
    statements: readonly string[],
    execute: () => Promise<T>,
  ): Promise<T> {
    const result = await execute();
    if (!session.isInTransaction()) this.#extents.delete(session);
    else if (/^ROLLBACK/i.test(statements[0] ?? "")) this.#snapshot = await takeSnapshot(session);
    if (/^SET\b/i.test(statements[0] ?? "")) {
      this.statements.push({ ...nothing, sql: shownSql(text).slice(0, longest) });
    }
    return result;
  }

  async #inTransaction<T>(
    session: Session,
    statements: readonly string[],
    text: string,
    origin: Origin,
    execute: (statement: string) => Promise<T>,
  ): Promise<readonly T[]> {
    const extent = await this.#extentOf(session);
    // A single one is sent as it is: its values, if it has some, belong to that text.
    const parts = statements.length < 2 ? [text] : statements;
    const results: T[] = [];
    for (const part of parts) {
      const sql = shownSql(part).slice(0, longest);
      try {
        results.push(await execute(part));
      } catch (error) {
        const failure = {
          state: stateOf(error),
          message: error instanceof Error ? error.message : String(error),
        };
        this.statements.push({ ...nothing, ...origin, sql, transaction: extent.number, error: failure });
        throw error;
      }
      this.statements.push(await this.#look(session, extent, sql, origin));
    }
    return results;
  }

  async #extentOf(session: Session): Promise<Extent> {
    const known = this.#extents.get(session);
    if (known !== undefined) return known;
    this.#transactions += 1;
    const extent = { number: this.#transactions, last: await takeActivity(session) };
    this.#extents.set(session, extent);
    return extent;
  }

  async #look(session: Session, extent: Extent, sql: string, origin: Origin): Promise<StatementFacts> {
    const before = this.#snapshot;
    const { last } = extent;
    const mayBeOfRows = ofRows.test(sql);
    const [row] = await session.ask(mayBeOfRows ? activityQuery : bothQuery);
    const activity = parseActivity(row?.activity);
    extent.last = activity;
    const newLocks = new Map(
      [...activity.locks].map(([oid, modes]) => [
        oid,
        new Set([...modes].filter((mode) => !last.locks.get(oid)?.has(mode))),
      ]),
    );
    // What calls itself one of rows may call a function that changes more.
    const isOfRows =
      mayBeOfRows && ![...newLocks.values()].some((modes) => rank(strongest(modes)) > rank("RowExclusive"));
    const after = isOfRows
      ? before
      : mayBeOfRows
        ? await takeSnapshot(session)
        : parseSnapshot(row?.snapshot);
    this.#snapshot = after;
    const isOld = (oid: string) => this.#old.has(oid);
    const scanned = [...activity.scans]
      .filter(([oid, count]) => isOld(oid) && count > (last.scans.get(oid) ?? 0))
      .map(([oid]) => before.relations.get(oid)?.name ?? after.relations.get(oid)?.name);
    return {
      sql,
      ...origin,
      transaction: extent.number,
      locks: this.#locks(newLocks, before),
      held: this.#locks(activity.locks, before),
      rewrites: rewrittenTables(before, after, isOld),
      scans: scanned.filter((name) => name !== undefined).sort(),
      changes: differences(before, after, isOld),
    };
  }

  async #outside<T>(
    session: Session,
    text: string,
    origin: Origin,
    execute: (statement: string) => Promise<T>,
  ): Promise<T> {
    const before = this.#snapshot;
    const result = await execute(text);
    const after = await takeSnapshot(session);
    this.#snapshot = after;
    const isOld = (oid: string) => this.#old.has(oid);
    const changes = differences(before, after, isOld);
    const rewrites = rewrittenTables(before, after, isOld);
    const sql = shownSql(text).slice(0, longest);
    const locks = documentedLocks(sql, changes, rewrites);
    const facts = { ...nothing, ...origin, sql, locks, held: locks, rewrites, changes };
    this.statements.push({ ...facts, isDocumented: true });
    return result;
  }

  /** The strongest of each table that was there before the migration; reading alone keeps nobody from anything. */
  #locks(locks: ReadonlyMap<string, ReadonlySet<string>>, snapshot: Snapshot): readonly Lock[] {
    return [...locks]
      .filter(([oid]) => this.#old.has(oid))
      .flatMap(([oid, modes]) => {
        const relation = snapshot.relations.get(oid);
        const mode = strongest(modes);
        if (relation === undefined || relation.kind === "S" || mode === undefined || mode === "AccessShare")
          return [];
        return [{ table: relation.name, mode }];
      })
      .sort((a, b) => (a.table < b.table ? -1 : 1));
  }
}

const nothing = { locks: [], held: [], rewrites: [], scans: [], changes: [] } as const;

export async function takeSnapshot(session: Pick<Session, "ask">): Promise<Snapshot> {
  const [row] = await session.ask(snapshotQuery);
  return parseSnapshot(row?.snapshot);
}

async function takeActivity(session: Session): Promise<Activity> {
  const [row] = await session.ask(activityQuery);
  return parseActivity(row?.activity);
}

function strongest(modes: ReadonlySet<string>): LockMode | undefined {
  return lockModes.findLast((mode) => modes.has(mode));
}

function rank(mode: LockMode | undefined): number {
  return mode === undefined ? -1 : lockModes.indexOf(mode);
}

function stateOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}
