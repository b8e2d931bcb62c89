import type pg from "pg";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";

/**
 * One runner per database and schema. The lock belongs to the session, not to a transaction, and is polled, never waited
 * for inside PostgreSQL: an open transaction or a blocked session would deadlock with CREATE INDEX CONCURRENTLY.
 */
const keyExpression = `hashtextextended('udagram-pipeline:' || current_database() || ':' || coalesce(current_schema(), '') || '.SequelizeMeta', 0)`;

interface Holder {
  readonly pid: number;
  readonly application_name: string;
  readonly usename: string;
  readonly seconds: number;
  readonly statement: string | null;
}

/** Takes the lock, naming its holder while waiting. The session's end gives it back. */
export async function takeLock(
  client: pg.Client,
  waitSeconds: number,
  { runner, clock, signal }: Pick<ActionContext, "runner" | "clock" | "signal">,
): Promise<void> {
  const started = clock.now().getTime();
  let announced = Number.NEGATIVE_INFINITY;
  for (;;) {
    signal.throwIfAborted();
    if (await tryLock(client)) return;
    const waited = clock.now().getTime() - started;
    const holder = await describeHolder(client);
    if (waited >= waitSeconds * 1000) {
      throw new ActionError(
        "DatabaseBusy",
        `another migration of this database did not end in ${waitSeconds} s: ${holder}`,
        {
          hint: "wait for that run; if its session is stuck, end it with SELECT pg_terminate_backend(pid)",
        },
      );
    }
    if (waited - announced >= 10_000) {
      runner.info(`waiting for another migration of this database: ${holder}`);
      announced = waited;
    }
    await clock.sleep(Math.min(200 + Math.random() * 300, waitSeconds * 1000 - waited + 1), signal);
  }
}

/** Takes the lock in the server process of that number, and in no other: `locked` is null where a pooler is in between. */
export function tryLockStatement(processId: number): string {
  return `SELECT CASE WHEN pg_backend_pid() = ${processId} THEN pg_try_advisory_lock(${keyExpression}) END AS locked`;
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_lock(${keyExpression}) AS locked`,
  );
  return rows[0]?.locked === true;
}

async function describeHolder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<Holder>(`
    SELECT holder.pid, holder.application_name, holder.usename,
           extract(epoch FROM now() - holder.backend_start)::int AS seconds,
           (SELECT left(regexp_replace(worker.query, '\\s+', ' ', 'g'), 80) FROM pg_stat_activity worker
             WHERE worker.application_name = holder.application_name AND worker.application_name <> ''
               AND worker.pid <> holder.pid AND worker.state <> 'idle'
             ORDER BY worker.query_start LIMIT 1) AS statement
      FROM pg_locks held JOIN pg_stat_activity holder USING (pid)
     WHERE held.locktype = 'advisory' AND held.granted AND held.objsubid = 1
       AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND ((held.classid::bigint << 32) | held.objid::bigint) = ${keyExpression}`);
  const [holder] = rows;
  if (holder === undefined) return "its holder has just gone";
  const doing = holder.statement ? `, executing ${holder.statement}` : "";
  return `held by "${holder.application_name}", user ${holder.usename}, pid ${holder.pid}, for ${holder.seconds} s${doing}`;
}
