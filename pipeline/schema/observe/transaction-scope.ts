import { AsyncLocalStorage } from "node:async_hooks";
import type { Sequelize, Transaction, TransactionOptions } from "sequelize";

const storage = new AsyncLocalStorage<Map<string, unknown>>();

/** The part of cls-hooked that Sequelize 6 uses, on Node's own AsyncLocalStorage. */
const namespace = {
  run: (body: (context: unknown) => unknown) => storage.run(new Map(storage.getStore()), body, undefined),
  bind: (body: (...args: unknown[]) => unknown) => AsyncLocalStorage.bind(body),
  get: (name: string) => storage.getStore()?.get(name),
  set: (name: string, value: unknown) => storage.getStore()?.set(name, value),
};

/** Inside `sequelize.transaction(body)`, every query of `body` runs in that transaction from now on, whether it says so or not. */
export function useTransactionScope(library: Pick<typeof Sequelize, "useCLS">): void {
  library.useCLS(namespace);
}

type Body<T> = (transaction: Transaction) => PromiseLike<T>;

/**
 * Makes a migration's own sequelize.transaction() a savepoint of ours. On a connection of its own it would wait for the
 * locks that our transaction holds, and ours for it.
 */
export function nestTransactions(sequelize: Sequelize): Sequelize {
  const open = sequelize.transaction.bind(sequelize) as <T>(
    options: TransactionOptions,
    body?: Body<T>,
  ) => Promise<T | Transaction>;
  const nested = <T>(first?: TransactionOptions | Body<T>, second?: Body<T>): Promise<T | Transaction> => {
    const body = typeof first === "function" ? first : second;
    const given = typeof first === "function" ? {} : (first ?? {});
    const outer = namespace.get("transaction") as Transaction | undefined;
    const options = outer === undefined || given.transaction ? given : { ...given, transaction: outer };
    return body === undefined ? open(options) : open(options, body);
  };
  return Object.assign(sequelize, { transaction: nested });
}
