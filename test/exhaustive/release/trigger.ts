import pg from "pg";
import type { FaultRule } from "../../../local/aws/faults/fault-rule.ts";
import { until } from "../../until.ts";
import type { Point } from "./points.ts";
import type { Stage } from "./stage.ts";

/** A moment of a run at which something can be done to it from outside. */
export interface Trigger {
  readonly name: string;
  /** Before the run starts. */
  arm(stage: Stage): Promise<void>;
  /** Resolves with true when the run has come there, where it waits if it can; with false when it ended without that. */
  reached(stage: Stage, run: number): Promise<boolean>;
  /** Lets whatever waits there go on. */
  release(stage: Stage): Promise<void>;
}

/** What happens to a request, in words that both stand-ins understand. */
export type Effect =
  | { readonly hold: "before" | "after" }
  | { readonly drop: "before" | "after" }
  | { readonly status: 403 | 503 };

/** Switches a fault on at a point: so many times, or for every such request from there on. */
export async function strikeAt(stage: Stage, point: Point, effect: Effect, times?: number): Promise<void> {
  const often = { after: point.after, ...(times === undefined ? {} : { times }) };
  if (point.service === "github") {
    const rule = { method: point.method, path: point.pattern, ...often, ...effect };
    const init = { method: "POST", body: JSON.stringify(rule) };
    const response = await fetch(`${stage.stack.github.url}/_local/faults`, init);
    if (!response.ok) throw new Error(await response.text());
    return;
  }
  const { service, operation, method, pattern } = point;
  const rule: FaultRule = { service, operation, method, key: pattern, ...often, ...effect };
  stage.stack.aws.faults.add("status" in effect ? { ...rule, code: codeOf(service, effect.status) } : rule);
}

/** What the product talks to. */
export type Service = "s3" | "elasticbeanstalk" | "sts" | "github";

/** Makes a service answer every request with 503, until faults are cleared. */
export async function breakService(stage: Stage, service: Service): Promise<void> {
  if (service !== "github") {
    stage.stack.aws.faults.add({ service, status: 503, code: codeOf(service, 503) });
    return;
  }
  const body = JSON.stringify({ path: "^/api/v3/", status: 503 });
  const response = await fetch(`${stage.stack.github.url}/_local/faults`, { method: "POST", body });
  if (!response.ok) throw new Error(await response.text());
}

function codeOf(service: string, status: 403 | 503): string {
  if (status === 403) return "AccessDenied";
  return service === "s3" ? "SlowDown" : "ServiceUnavailable";
}

/** How often the faults that are switched on have struck, and how many requests wait because of them. */
export async function strikes(stage: Stage): Promise<{ readonly struck: number; readonly held: number }> {
  const response = await fetch(`${stage.stack.github.url}/_local/faults`);
  const github = (await response.json()) as { struck: number; held: number }[];
  const all = [...stage.stack.aws.faults.list(), ...github];
  return {
    struck: all.reduce((sum, { struck }) => sum + struck, 0),
    held: all.reduce((sum, { held }) => sum + held, 0),
  };
}

/** A request, held right before or right after its effect. */
export function atRequest(point: Point, hold: "before" | "after"): Trigger {
  return {
    name: point.name,
    arm: (stage) => strikeAt(stage, point, { hold }, 1),
    reached: (stage, run) => untilTrue(stage, run, async () => (await strikes(stage)).held > 0),
    release: (stage) => stage.clearFaults(),
  };
}

/** The job of Udagram's workflows that calls the pipeline's. */
const callingJob = "pipeline";

/** The beginning of a step of a called job: the one before has ended. */
export function atStep(job: string, step: string): Trigger {
  return {
    name: `${job}/${step}`,
    arm: async () => {},
    reached: async (stage, run) => {
      for await (const event of stage.stack.github.follow(run)) {
        if (event.type === "step-started" && event.job === `${callingJob}/${job}` && event.name === step)
          return true;
      }
      return false;
    },
    release: async () => {},
  };
}

/** The statement that changes a table, waiting for a lock that somebody else has on it. */
export function atTable(table: string): Trigger {
  let client: pg.Client | undefined;
  return {
    name: `schema/${table}`,
    arm: async (stage) => {
      client = await databaseOf(stage);
      await client.query(`BEGIN; LOCK TABLE "${table}" IN ACCESS SHARE MODE`);
    },
    reached: (stage, run) =>
      untilTrue(stage, run, async () => {
        // Not pg_stat_activity: a transaction sees that as it was at its first look.
        const waiting = await client?.query(
          "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = to_regclass($1)",
          [`"${table}"`],
        );
        return (waiting?.rowCount ?? 0) > 0;
      }),
    release: async () => {
      await client?.end();
      client = undefined;
    },
  };
}

export async function databaseOf(stage: Stage): Promise<pg.Client> {
  const { url, ca } = stage.stack.state.database;
  const client = new pg.Client({ connectionString: url.replace(/\?.*$/, ""), ssl: { ca } });
  await client.connect();
  return client;
}

async function untilTrue(stage: Stage, run: number, ask: () => Promise<boolean>): Promise<boolean> {
  const end = await until(async () => {
    const isOver = stage.stack.github.run(run)?.state === "ended";
    return (await ask()) ? "true" : isOver && "over";
  }, 600);
  return end === "true";
}
