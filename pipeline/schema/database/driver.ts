import pg from "pg";

/** Brings a session to how it began: role, settings, temporary tables. May run inside a transaction, as DISCARD ALL may not. */
export const resetSession = "SET SESSION AUTHORIZATION DEFAULT; RESET ROLE; RESET ALL; DISCARD TEMP";

type Query = (text: unknown, ...rest: unknown[]) => unknown;

/** A driver for Sequelize whose sessions a migration cannot leave changed. */
export interface Driver {
  /** What Sequelize takes as `dialectModule`. */
  readonly module: object;
  /** Brings every session that was used since the last time to how it began. None may be in a transaction. */
  resetSessions(): Promise<void>;
}

/**
 * A statement that builds or drops an index concurrently keeps nobody waiting while it waits itself, and leaves an invalid index
 * when it gives up: it may wait for locks as long as a statement may take.
 */
export function openDriver(statementTimeoutSeconds: number): Driver {
  const used = new Set<pg.Client>();
  class Client extends pg.Client {
    constructor(config: pg.ClientConfig) {
      super(config);
      this.once("end", () => used.delete(this));
    }

    override query = ((text: unknown, ...rest: unknown[]) => {
      used.add(this);
      const query = super.query.bind(this) as Query;
      if (typeof text !== "string" || !/\bCONCURRENTLY\b/i.test(text)) return query(text, ...rest);
      const answer = rest.at(-1);
      if (typeof answer !== "function") return patiently(query, text, rest);
      patiently(query, text, rest.slice(0, -1)).then(
        (result) => answer(null, result),
        (error: unknown) => answer(error),
      );
    }) as pg.Client["query"];
  }
  const patiently = async (query: Query, text: string, values: readonly unknown[]): Promise<unknown> => {
    await query(`SET lock_timeout = ${statementTimeoutSeconds * 1000}`);
    try {
      return await query(text, ...values);
    } finally {
      await query("RESET lock_timeout");
    }
  };
  return {
    // Its getter `native` would look for a package that is not there, so the module is not copied.
    module: Object.create(pg, { Client: { value: Client } }) as object,
    async resetSessions() {
      const clients = [...used];
      used.clear();
      await Promise.all(
        clients.map((client) => (pg.Client.prototype.query as Query).call(client, resetSession)),
      );
    },
  };
}
