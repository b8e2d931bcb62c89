// The rounds of a trial: the live API before and after the pending migrations, the new API, and the live API after the way back.
import type { MigrationEntry } from "../bundle/manifest.ts";
import type { ActionContext } from "../kit/action.ts";
import { explain } from "../kit/errors.ts";
import { standardLimits } from "../schema/database/limits.ts";
import { migrateSchema, revertMigrations, type SchemaOptions } from "../schema/migrate.ts";
import type { MigrationSource } from "../schema/migration/migration-source.ts";
import { breaksOf } from "./compare-answers.ts";
import { type Answer, replayRequests } from "./replay-requests.ts";
import type { KeptRequest } from "./requests.ts";
import { type ServedApi, serveApi, type UnpackedApi } from "./served-api.ts";
import type { TrialDatabases } from "./trial-database.ts";

/** What meets what. */
export type Meeting = "old code, new schema" | "old client, new API" | "old code, after the way back";

export interface Break {
  readonly meeting: Meeting;
  /** `GET /api/feed`, or "the database" for an error that only the server's log has. */
  readonly request: string;
  readonly what: string;
  /** The migration from which on it is so; absent where no single one was found. */
  readonly by?: string;
}

/** One side of a trial. */
export interface Side {
  readonly api: UnpackedApi;
  readonly migrations: MigrationSource;
  /** What each release has for itself: its version, its id. */
  readonly own: readonly string[];
}

export interface Trial {
  readonly live: Side;
  readonly next: Side;
  /** Migrations of `next` that `live` does not have. */
  readonly pending: readonly MigrationEntry[];
  readonly requests: readonly KeptRequest[];
  /** SQL that fills the live schema; "" for none. */
  readonly data: string;
  /** The API's environment for a database. */
  readonly environmentOf: (database: string) => Readonly<Record<string, string>>;
}

export interface TrialResult {
  /** Those that took place. */
  readonly rounds: readonly Meeting[];
  readonly breaks: readonly Break[];
  /** Requests to which the live API itself has no good answer: they show nothing. */
  readonly useless: readonly string[];
}

/** Rejects where the live side itself cannot be run: then nothing is known. */
export async function runTrial(
  trial: Trial,
  databases: TrialDatabases,
  context: ActionContext,
): Promise<TrialResult> {
  const { live, next, pending, requests } = trial;
  await databases.create("live");
  await migrate(live.migrations, "live", databases, context);
  if (trial.data !== "") await databases.run("live", trial.data);
  const first = await round(live.api, "first");
  const again = await round(live.api, "again");
  const known = new Set([...first.errors, ...again.errors]);
  const own = new Set([...live.own, ...next.own].map((one) => `"${one}"`));
  const breaks: Break[] = [];
  const rounds: Meeting[] = [];
  const note = (meeting: Meeting, seen: Seen, by?: string): void => {
    rounds.push(meeting);
    breaks.push(...breaksIn(meeting, seen).map((one) => (by === undefined ? one : { ...one, by })));
  };
  await databases.create("next", "live");
  if (pending.length > 0) {
    const seen = await oldCodeMeets([], "met");
    note("old code, new schema", seen, await firstThatBreaks(seen));
    await migrate(next.migrations, "next", databases, context);
  }
  const candidate = await attempt(() => round(next.api, "tried", "next"));
  if ("seen" in candidate) note("old client, new API", candidate.seen);
  else {
    rounds.push("old client, new API");
    breaks.push({
      meeting: "old client, new API",
      request: "the new API",
      what: `does not start: ${candidate.failure}`,
    });
  }
  const reversible = pending.filter(({ reversible: can }) => can).map(({ name }) => name);
  if (reversible.length > 0) await goBack(reversible);
  const useless = requests.filter(
    (_, at) => (first.answers[at]?.status ?? 0) === 0 || (first.answers[at]?.status ?? 0) >= 500,
  );
  return { rounds, breaks, useless: useless.map(shownRequest) };

  /** The API runs when the migrations come, and has spoken to the database before. */
  async function oldCodeMeets(later: readonly MigrationEntry[], name: string): Promise<Seen> {
    await databases.create(name, "live");
    await using api = await serveApi(live.api, trial.environmentOf(name), context);
    const reads = requests.filter(({ method, path }) => method === "GET" && !path.includes("${"));
    await replayRequests(reads, api.address, context.signal);
    await migrate(without(next.migrations, later), name, databases, context);
    return await seenOf(api, name);
  }

  /** The first migration with which the same breaks. */
  async function firstThatBreaks(whole: Seen): Promise<string | undefined> {
    if (breaksIn("old code, new schema", whole).length === 0) return undefined;
    for (let count = 1; count < pending.length; count += 1) {
      const seen = await oldCodeMeets(pending.slice(count), `step${count}`);
      if (breaksIn("old code, new schema", seen).length > 0) return pending[count - 1]?.name;
    }
    return pending.at(-1)?.name;
  }

  async function goBack(names: readonly string[]): Promise<void> {
    const meeting = "old code, after the way back";
    await databases.create("back", "live");
    await migrate(next.migrations, "back", databases, context);
    try {
      await revertMigrations({ ...schemaOptions(next.migrations, "back", databases, context), names });
    } catch (error) {
      context.signal.throwIfAborted();
      rounds.push(meeting);
      breaks.push({ meeting, request: "the way back", what: `fails: ${explain(error)}` });
      return;
    }
    note(meeting, await seenAt(live.api, "back"));
  }

  async function round(api: UnpackedApi, name: string, copyOf = "live"): Promise<Seen> {
    await databases.create(name, copyOf);
    return seenAt(api, name);
  }

  async function seenAt(api: UnpackedApi, name: string): Promise<Seen> {
    await using served = await serveApi(api, trial.environmentOf(name), context);
    return await seenOf(served, name);
  }

  async function seenOf(api: ServedApi, name: string): Promise<Seen> {
    const answers = await replayRequests(requests, api.address, context.signal);
    return { answers, errors: await databases.errors(name) };
  }

  async function attempt(
    body: () => Promise<Seen>,
  ): Promise<{ readonly seen: Seen } | { readonly failure: string }> {
    try {
      return { seen: await body() };
    } catch (error) {
      context.signal.throwIfAborted();
      return { failure: explain(error) };
    }
  }

  function breaksIn(meeting: Meeting, seen: Seen): Break[] {
    const ofAnswers = requests.flatMap((request, at) => {
      const [one, other, tried] = [first.answers[at], again.answers[at], seen.answers[at]];
      if (one === undefined || other === undefined || tried === undefined) return [];
      const found = breaksOf({ live: one, again: other, tried }, own);
      return found.map((what) => ({ meeting, request: shownRequest(request), what }));
    });
    const ofDatabase = seen.errors
      .filter((what) => !known.has(what))
      .map((what) => ({ meeting, request: "the database", what: `refuses a statement: ${what}` }));
    return [...ofAnswers, ...ofDatabase];
  }
}

interface Seen {
  readonly answers: readonly Answer[];
  readonly errors: readonly string[];
}

function shownRequest({ method, path }: Pick<KeptRequest, "method" | "path">): string {
  return `${method} ${path}`;
}

function without(source: MigrationSource, later: readonly MigrationEntry[]): MigrationSource {
  const names = new Set(later.map(({ name }) => name));
  return Object.create(source, {
    entries: { value: source.entries.filter(({ name }) => !names.has(name)) },
  }) as MigrationSource;
}

function schemaOptions(
  migrations: MigrationSource,
  database: string,
  databases: TrialDatabases,
  context: ActionContext,
): SchemaOptions {
  const address = databases.address(database);
  return { database: { read: async () => address }, limits: standardLimits, migrations, context };
}

async function migrate(
  migrations: MigrationSource,
  database: string,
  databases: TrialDatabases,
  context: ActionContext,
): Promise<void> {
  if (migrations.entries.length === 0) return;
  await migrateSchema(schemaOptions(migrations, database, databases, context));
}
