import pg from "pg";
import type { Options, Sequelize, Transaction } from "sequelize";
import type { Library } from "../database/library.ts";
import type { RelayedDatabase } from "./messages.ts";

/** Sequelize as migrations get it: everything that it says goes through the relay. */
export interface RelayedSequelize {
  readonly sequelize: Sequelize;
  /** Opens its first connection. */
  connect(): Promise<void>;
  /** Whether its own transactions are savepoints of one that is open already, or transactions of their own. */
  nestTransactions(isNested: boolean): void;
  /** Resolves when no statement is under way, not even one that nobody waits for. */
  quiet(): Promise<void>;
}

export function relayedSequelize(
  library: Library,
  database: RelayedDatabase,
  token: string,
): RelayedSequelize {
  const options: Options & { readonly databaseVersion: string; readonly keepDefaultTimezone: true } = {
    dialect: "postgres",
    // Its getter `native` would look for a package that is not there, so the module is not copied.
    dialectModule: Object.create(pg) as object,
    host: "127.0.0.1",
    port: database.port,
    database: database.name,
    username: database.user,
    password: token,
    databaseVersion: database.version,
    logging: false,
    // What it would say first in every session is a setting of the sessions already.
    keepDefaultTimezone: true,
    dialectOptions: { clientMinMessages: "ignore" },
    pool: { min: 0, max: 5, idle: 3_600_000, acquire: 60_000 },
  };
  const sequelize = new library.Sequelize(options);
  const nest = savepointsFor(sequelize);
  const statements = new Statements(sequelize);
  const { connectionManager } = sequelize as unknown as { connectionManager: ConnectionManager };
  return {
    sequelize,
    connect: async () => {
      await connectionManager.releaseConnection(await connectionManager.getConnection({}));
    },
    nestTransactions: nest,
    quiet: () => statements.quiet(),
  };
}

interface ConnectionManager {
  getConnection(options: object): Promise<object>;
  releaseConnection(connection: object): unknown;
}

/** What Sequelize says to begin and to end a transaction. */
interface TransactionGenerator {
  startTransactionQuery(transaction: Transaction): string | undefined;
  commitTransactionQuery(transaction: Transaction): string | undefined;
  rollbackTransactionQuery(transaction: Transaction): string | undefined;
  setIsolationLevelQuery(...given: unknown[]): string | undefined;
  quoteIdentifier(name: string, force: boolean): string;
}

/** In a transaction that is open already, a transaction of the migration's own is a part that can be undone alone. */
function savepointsFor(sequelize: Sequelize): (isNested: boolean) => void {
  const generators = sequelize.getQueryInterface() as unknown as {
    readonly queryGenerator?: TransactionGenerator;
    readonly QueryGenerator?: TransactionGenerator;
  };
  const generator = generators.queryGenerator ?? generators.QueryGenerator;
  if (generator === undefined) throw new Error("this Sequelize has no generator of queries");
  let isNested = false;
  const { startTransactionQuery, commitTransactionQuery, rollbackTransactionQuery, setIsolationLevelQuery } =
    generator;
  const named = ({ id, name }: Transaction & { readonly id?: string; readonly name?: string }): string =>
    generator.quoteIdentifier(name ?? id ?? "savepoint", true);
  const isOuter = (transaction: Transaction): boolean =>
    isNested && !(transaction as { parent?: unknown }).parent;
  Object.assign(generator, {
    startTransactionQuery: (one: Transaction) =>
      isOuter(one) ? `SAVEPOINT ${named(one)};` : startTransactionQuery.call(generator, one),
    commitTransactionQuery: (one: Transaction) =>
      isOuter(one) ? `RELEASE SAVEPOINT ${named(one)};` : commitTransactionQuery.call(generator, one),
    rollbackTransactionQuery: (one: Transaction) =>
      isOuter(one) ? `ROLLBACK TO SAVEPOINT ${named(one)};` : rollbackTransactionQuery.call(generator, one),
    setIsolationLevelQuery: (...given: unknown[]) =>
      isNested ? undefined : setIsolationLevelQuery.apply(generator, given),
  });
  return (value) => {
    isNested = value;
  };
}

type Query = (...given: unknown[]) => Promise<unknown>;

/** Counts the statements of a Sequelize that are under way, those too that still wait for a connection. */
class Statements {
  #underWay = 0;
  #wake: () => void = () => {};

  constructor(sequelize: Sequelize) {
    const open = sequelize as unknown as Record<string, unknown>;
    for (const name of ["query", "queryRaw"]) {
      const own = open[name];
      if (typeof own === "function") open[name] = this.#counted(own.bind(sequelize) as Query);
    }
  }

  async quiet(): Promise<void> {
    for (;;) {
      // Whatever waits for the last answer gets to say its next statement first.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#underWay === 0) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #counted(query: Query): Query {
    return async (...given) => {
      this.#underWay += 1;
      try {
        return await query(...given);
      } finally {
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#wake();
      }
    };
  }
}
