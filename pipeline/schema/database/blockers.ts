import type { Runner } from "../../kit/runner.ts";
import type { Session } from "../relay/session.ts";

interface Blocker {
  readonly pid: number;
  readonly application_name: string;
  readonly usename: string | null;
  readonly state: string | null;
  readonly seconds: number | null;
  readonly statement: string;
}

export interface BlockerObserver {
  /** The last one seen, in words; undefined when nobody was in the way. */
  readonly last: () => string | undefined;
  stop(): Promise<void>;
}

/** Asks again and again, from a session of its own, who keeps this run's other sessions waiting. */
export function observeBlockers(
  control: Session,
  everyMs: number,
  runner: Pick<Runner, "info">,
): BlockerObserver {
  let last: string | undefined;
  let asking: Promise<void> = Promise.resolve();
  let busy = false;
  const ask = async (): Promise<void> => {
    busy = true;
    // The observer only tells; whatever breaks the session shows in the migration's own.
    const found = await findBlocker(control).catch(() => undefined);
    if (found !== undefined && found.pid !== Number(/pid (\d+)/.exec(last ?? "")?.[1])) {
      runner.info(`  waiting for a lock: ${describe(found)}`);
    }
    if (found !== undefined) last = describe(found);
    busy = false;
  };
  const timer = setInterval(() => {
    if (!busy) asking = ask();
  }, everyMs);
  return {
    last: () => last,
    stop: async () => {
      clearInterval(timer);
      await asking;
    },
  };
}

async function findBlocker(control: Session): Promise<Blocker | undefined> {
  const rows = await control.execute(`
    SELECT blocker.pid, blocker.application_name, blocker.usename, blocker.state,
           extract(epoch FROM now() - blocker.xact_start)::int AS seconds,
           left(regexp_replace(blocker.query, '\\s+', ' ', 'g'), 80) AS statement
      FROM pg_stat_activity waiting
     CROSS JOIN LATERAL unnest(pg_blocking_pids(waiting.pid)) AS blocking(pid)
      JOIN pg_stat_activity blocker ON blocker.pid = blocking.pid
     WHERE waiting.application_name = current_setting('application_name') AND waiting.pid <> pg_backend_pid()
       AND blocker.application_name <> current_setting('application_name')
     LIMIT 1`);
  return rows[0] as Blocker | undefined;
}

function describe({ pid, application_name, usename, state, seconds, statement }: Blocker): string {
  const who = [
    `pid ${pid}`,
    application_name && `"${application_name}"`,
    usename && `user ${usename}`,
    state,
  ];
  const since = seconds === null ? "" : ` for ${seconds} s`;
  return `${who.filter(Boolean).join(", ")}${since}: ${statement}`;
}
