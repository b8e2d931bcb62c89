import type { Sequelize } from "sequelize";
import { concurrentIndexOf, endsTransaction, statementsOf } from "../database/sql-text.ts";
import { dropInvalidIndex } from "./changes.ts";
import { executeWith } from "./records.ts";

/** What a migration asked for that it must not have: the end of the transaction that it runs in. */
export class TransactionEnded extends Error {
  constructor(statement: string) {
    super(
      `${statement === "" ? "it ended its transaction" : `it says "${statement}"`}, and the transaction is not the migration's to end: it holds the record too`,
    );
  }
}

interface StepOptions {
  /** Whether the step runs in a transaction of ours. */
  readonly isInTransaction: boolean;
  readonly onDropped: (index: string) => void;
}

type QueryOptions = { readonly completesTransaction?: boolean } | undefined;
type Query = (sql: unknown, options?: QueryOptions) => Promise<unknown>;

/**
 * Looks at every statement of a step before it is executed: one that ends our transaction is refused, and what an earlier try left of
 * an index that is to be built concurrently is dropped.
 */
export async function withStatements<T>(
  sequelize: Sequelize,
  { isInTransaction, onDropped }: StepOptions,
  step: () => Promise<T>,
): Promise<T> {
  const query = sequelize.query.bind(sequelize) as Query;
  const execute = executeWith({ query } as Pick<Sequelize, "query">);
  const look: Query = async (sql, options) => {
    const text = typeof sql === "string" ? sql : String((sql as { query?: unknown } | null)?.query ?? "");
    for (const statement of statementsOf(text)) {
      // Sequelize says of its own that they complete a transaction, or begin one.
      const isOwn = options?.completesTransaction === true || statement === "START TRANSACTION";
      if (isInTransaction && !isOwn && endsTransaction(statement)) {
        throw new TransactionEnded(statement.slice(0, 60));
      }
      const index = isInTransaction ? undefined : concurrentIndexOf(statement);
      if (index?.name !== undefined) {
        const dropped = await dropInvalidIndex(execute, { ...index, name: index.name });
        if (dropped !== undefined) onDropped(dropped);
      }
    }
    return query(sql, options);
  };
  const own = Object.getOwnPropertyDescriptor(sequelize, "query");
  Object.assign(sequelize, { query: look });
  try {
    return await step();
  } finally {
    if (own === undefined) Reflect.deleteProperty(sequelize, "query");
    else Object.defineProperty(sequelize, "query", own);
  }
}
