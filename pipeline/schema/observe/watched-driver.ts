import pg from "pg";
import type { Origin, Session, StatementWatch } from "./statement-watch.ts";

/** Who watches the statements of now, and where they come from; undefined where nobody does. */
export interface Watching {
  readonly watch: StatementWatch;
  readonly origin: () => Origin;
}

/** May be said inside a transaction, as DISCARD ALL may not. */
const resetSession = "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; DISCARD TEMP";

type Query = (text: unknown, ...rest: unknown[]) => unknown;

/** A driver for Sequelize all of whose statements pass a watch. */
export class WatchedDriver {
  /** What Sequelize takes as `dialectModule`. */
  readonly module: object;
  watching: Watching | undefined;
  readonly #clients = new Set<pg.Client>();

  constructor() {
    const driver = this;
    class Client extends pg.Client {
      #status = "I";
      #last: Promise<unknown> = Promise.resolve();
      readonly #session: Session = {
        ask: async (sql) => (await (this.#plain(sql) as Promise<pg.QueryResult>)).rows,
        isInTransaction: () => this.#status !== "I",
      };

      constructor(config: pg.ClientConfig) {
        super(config);
        driver.#clients.add(this);
        this.once("end", () => driver.#clients.delete(this));
        const { connection } = this as unknown as { readonly connection: NodeJS.EventEmitter };
        connection.on("readyForQuery", ({ status }: { readonly status: string }) => (this.#status = status));
      }

      #plain(text: unknown, ...rest: unknown[]): unknown {
        return (super.query as Query).call(this, text, ...rest);
      }

      override query = ((text: unknown, ...rest: unknown[]) => {
        const watching = driver.watching;
        const config = text as { readonly text?: unknown; readonly submit?: unknown } | null;
        const sql = typeof text === "string" ? text : config?.text;
        if (watching === undefined || typeof sql !== "string" || typeof config?.submit === "function") {
          return this.#plain(text, ...rest);
        }
        const answer = rest.at(-1);
        const values = typeof answer === "function" ? rest.slice(0, -1) : rest;
        const origin = watching.origin();
        const execute = (statement: string): Promise<unknown> =>
          statement === sql
            ? (this.#plain(text, ...values) as Promise<unknown>)
            : (this.#plain(statement) as Promise<unknown>);
        const watched = this.#last.then(async () => {
          const results = await watching.watch.around(this.#session, sql, origin, execute);
          return results.length === 1 ? results[0] : results;
        });
        // One statement after the other, each with what is asked about it.
        this.#last = watched.catch(() => {});
        if (typeof answer !== "function") return watched;
        watched.then(
          (result) => answer(null, result),
          (error: unknown) => answer(error),
        );
      }) as pg.Client["query"];
    }
    // Its getter `native` would look for a package that is not there, so the module is not copied.
    this.module = Object.create(pg, { Client: { value: Client } }) as object;
  }

  /** Brings every session to how it began; none may be in a transaction. */
  async resetSessions(): Promise<void> {
    this.watching = undefined;
    await Promise.all([...this.#clients].map((client) => client.query(resetSession)));
  }
}
