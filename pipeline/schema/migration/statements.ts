import type { Runner } from "../../kit/runner.ts";
import { concurrentIndexOf, endsTransaction, shownSql, statementsOf } from "../database/sql-text.ts";
import type { Session } from "../relay/session.ts";
import { RequestRefused, type Traffic } from "../relay/traffic.ts";
import { dropInvalidIndex } from "./changes.ts";
import type { MigrationTask } from "./task.ts";
import { TransactionEnded } from "./transaction-ended.ts";

interface Rules {
  /** The session that migrations in a transaction share, whichever connection they take. */
  readonly work: Session;
  readonly openSession: () => Promise<Session>;
  /** How long a statement that nobody waits for may wait for others. */
  readonly patienceMs: number;
  readonly runner: Pick<Runner, "info">;
}

/** The statements of one migration, each looked at before the server gets it. */
export class MigrationStatements implements Traffic {
  readonly #task: MigrationTask;
  readonly #rules: Rules;
  readonly #others = new Map<number, Promise<Session>>();
  #first: number | undefined;
  #refused: RequestRefused | undefined;
  #isOver = false;

  constructor(task: MigrationTask, rules: Rules) {
    this.#task = task;
    this.#rules = rules;
  }

  /** Why the migration must not be recorded, whatever it made of the refusal. */
  get refused(): RequestRefused | undefined {
    return this.#refused;
  }

  /** Without a transaction each connection has a session of its own, as it would have without a relay. */
  sessionOf(connection: number): Promise<Session> {
    this.#first ??= connection;
    if (this.#task.migration.transaction || connection === this.#first) {
      return Promise.resolve(this.#rules.work);
    }
    let session = this.#others.get(connection);
    if (session === undefined) {
      session = this.#rules.openSession();
      this.#others.set(connection, session);
    }
    return session;
  }

  async before(session: Session, sql: string): Promise<void> {
    if (this.#isOver) throw new RequestRefused("57014", "this migration is over already");
    if (this.#refused) throw this.#refused;
    this.#rules.runner.info(`  ${shownSql(sql).slice(0, 300)}`);
    if (this.#task.migration.transaction) this.#refuseEnd(sql);
    else await this.#prepareConcurrent(session, sql);
  }

  async after(session: Session, sql: string): Promise<void> {
    if (this.#task.migration.transaction) {
      if (session.status === "I") {
        this.#refused = new TransactionEnded("");
        throw this.#refused;
      }
    } else if (session.status === "I" && isConcurrent(sql)) {
      await session.execute("RESET lock_timeout");
    }
  }

  /** From now on no statement is taken; resolves with the sessions other than the shared one when they have nothing to do. */
  async end(): Promise<readonly Session[]> {
    this.#isOver = true;
    const opened = await Promise.allSettled(this.#others.values());
    const sessions = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    for (const session of [this.#rules.work, ...sessions]) await session.enter(async () => {});
    return sessions;
  }

  #refuseEnd(sql: string): void {
    const ending = statementsOf(sql).find(endsTransaction);
    if (ending === undefined) return;
    this.#refused = new TransactionEnded(ending.slice(0, 60));
    throw this.#refused;
  }

  /**
   * What an earlier try left of an index that is to be built concurrently is dropped. Such a statement keeps nobody waiting while it waits
   * itself, and leaves an invalid index when it gives up: it may wait for locks as long as a statement may take.
   */
  async #prepareConcurrent(session: Session, sql: string): Promise<void> {
    if (session.status !== "I" || !isConcurrent(sql)) return;
    await session.execute(`SET lock_timeout = ${this.#rules.patienceMs}`);
    for (const statement of statementsOf(sql)) {
      const index = concurrentIndexOf(statement);
      if (index?.name === undefined) continue;
      const dropped = await dropInvalidIndex(session.execute, { ...index, name: index.name });
      if (dropped !== undefined) {
        this.#rules.runner.info(`  dropped ${dropped}, which an earlier try left invalid`);
      }
    }
  }
}

function isConcurrent(sql: string): boolean {
  return /\bCONCURRENTLY\b/i.test(sql);
}
