import { AsyncLocalStorage } from "node:async_hooks";
import { pathToFileURL } from "node:url";
import type { QueryInterface, Sequelize } from "sequelize";
import { endsTransaction, statementsOf } from "../database/sql-text.ts";
import type { Origin } from "./statement-watch.ts";

/** A statement that a migration must not say, since the transaction is not its own. */
export class ForeignTransactionEnd extends Error {
  readonly origin: Origin;
  constructor(statement: string, origin: Origin) {
    super(statement);
    this.origin = origin;
  }
}

interface Step {
  readonly sequelize: Sequelize;
  /** Path of the migration's source. */
  readonly source: string;
  readonly isTransactional: boolean;
}

type Method = (...args: unknown[]) => unknown;

const storage = new AsyncLocalStorage<Origin>();

const underWay = new Set<Promise<unknown>>();

/** Resolves when no query is under way, not even one that nobody waits for: the runner waits for those too. */
export async function queriesToEnd(): Promise<void> {
  for (;;) {
    // Whatever waits for the last answer gets to ask its next first.
    await new Promise((resolve) => setImmediate(resolve));
    if (underWay.size === 0) return;
    await Promise.allSettled(underWay);
  }
}

/** Where the statement that is about to be sent comes from. */
export const currentOrigin = (): Origin => storage.getStore() ?? {};

/** A `queryInterface` that knows which of its calls a statement comes from; the calls of Sequelize itself are looked at likewise. */
export function tracedInterface(step: Step): QueryInterface {
  traceQueries(step);
  const real = step.sequelize.getQueryInterface();
  return new Proxy(real, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function" || typeof name !== "string") return value;
      return (...args: unknown[]) => {
        const body = () => (value as Method).apply(receiver, args);
        if (storage.getStore()?.call !== undefined) return body();
        return storage.run(
          { ...lineOf(step.source), call: { method: name, attributes: attributesOf(args) } },
          body,
        );
      };
    },
  });
}

function traceQueries({ sequelize, source, isTransactional }: Step): void {
  const query = Object.getPrototypeOf(sequelize).query as Method;
  const traced: Method = (sql, options) => {
    const text = typeof sql === "string" ? sql : String((sql as { query?: unknown } | null)?.query ?? "");
    const isOwn = (options as { completesTransaction?: boolean } | undefined)?.completesTransaction === true;
    const ending = statementsOf(text).find(
      (one) => isTransactional && !isOwn && one !== "START TRANSACTION" && endsTransaction(one),
    );
    const body = async () => {
      if (ending !== undefined) throw new ForeignTransactionEnd(ending.slice(0, 60), currentOrigin());
      return query.call(sequelize, sql, options);
    };
    const asked = storage.getStore() === undefined ? storage.run(lineOf(source), body) : body();
    underWay.add(asked);
    const forget = () => underWay.delete(asked);
    asked.then(forget, forget);
    return asked;
  };
  Object.assign(sequelize, { query: traced });
}

/** What a call says of a column: the keys of its last argument but one of the options, where that is a plain object. */
function attributesOf(args: readonly unknown[]): readonly string[] {
  const [, , column] = args;
  if (column === null || typeof column !== "object" || !("type" in column)) return [];
  return Object.keys(column).sort();
}

/** By the stack, which names sources where Node was told to read their maps. */
function lineOf(source: string): Origin {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 40;
  const stack = new Error().stack ?? "";
  Error.stackTraceLimit = stackTraceLimit;
  const names = [source, pathToFileURL(source).href];
  for (const frame of stack.split("\n")) {
    const [, file = "", line] = /\(?((?:file:\/\/)?\/[^()]*):(\d+):\d+\)?$/.exec(frame) ?? [];
    if (names.includes(file)) return { line: Number(line) };
  }
  return {};
}
