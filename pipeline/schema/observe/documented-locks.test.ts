import { expect } from "chai";
import pg from "pg";
import { until } from "../../../test/until.ts";
import { documentedLocks } from "./documented-locks.ts";
import { ObserveFixture, serversOfMachine } from "./observe-fixture.ts";

const index = {
  kind: "index added",
  table: "people",
  isNew: false,
  index: "people_age",
  isUnique: false,
} as const;

for (const server of serversOfMachine()) {
  describe(`locks of statements without a transaction on PostgreSQL ${server.major}`, () => {
    let fixture: ObserveFixture;
    const clients: pg.Client[] = [];
    before(async () => {
      fixture = await ObserveFixture.open(server);
    });
    after(async () => {
      await Promise.all(clients.map((client) => client.end()));
      await fixture.close();
    });

    async function connect(): Promise<pg.Client> {
      const client = new pg.Client({ ...fixture.database });
      await client.connect();
      clients.push(client);
      return client;
    }

    /** Holds a statement up by somebody who writes the table, and looks at what it has, or waits for. */
    async function lockOf(statement: string): Promise<unknown> {
      const [writer, worker, onlooker] = await Promise.all([connect(), connect(), connect()]);
      await writer.query("BEGIN; LOCK TABLE people IN ROW EXCLUSIVE MODE");
      const { rows } = await worker.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      const done = worker.query(statement);
      const waits = "SELECT FROM pg_locks WHERE pid = $1 AND NOT granted";
      const pid = rows[0]?.pid;
      await until(async () => (await onlooker.query(waits, [pid])).rowCount !== 0);
      const held = await onlooker.query<{ mode: string }>(
        "SELECT mode FROM pg_locks WHERE pid = $1 AND relation = 'people'::regclass",
        [pid],
      );
      await writer.query("ROLLBACK");
      await done;
      return held.rows.map(({ mode }) => mode.replace(/Lock$/, ""));
    }

    const statements = [
      "CREATE INDEX CONCURRENTLY people_age ON people (age)",
      "REINDEX INDEX CONCURRENTLY people_age",
      "REINDEX TABLE CONCURRENTLY people",
      "DROP INDEX CONCURRENTLY people_age",
      "VACUUM FULL people",
    ];
    it("are those that the documents say", async () => {
      const client = await connect();
      await client.query("CREATE TABLE people (age int)");
      for (const statement of statements) {
        const rewrites = statement.startsWith("VACUUM") ? ["people"] : [];
        const stated = documentedLocks(statement, [index], rewrites).map(({ mode }) => mode);
        expect(await lockOf(statement), statement).to.deep.equal(stated);
      }
    });
  });
}
