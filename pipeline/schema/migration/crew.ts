import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import type { LockedDatabase } from "../database/locked-database.ts";
import { childEnvironment } from "../process/child-environment.ts";
import type { ModuleFacts } from "../process/messages.ts";
import { MigrationProcess } from "../process/migration-process.ts";
import { StepFailed, StepLost } from "../process/outcomes.ts";
import { Relay } from "../relay/relay.ts";
import type { Session } from "../relay/session.ts";
import { recordName } from "./file-name.ts";
import { homeFolder } from "./home-folder.ts";
import { libraryFolder } from "./library-folder.ts";
import type { LoadedMigration, MigrationSource } from "./migration-source.ts";
import { unusable } from "./unusable.ts";

/** What it takes to run migrations: their process, the session that it is to have, and what is between. */
export interface Crew {
  readonly work: Session;
  readonly relay: Relay;
  readonly program: MigrationProcess;
  readonly migrations: readonly LoadedMigration[];
}

/** Loads the migrations of these entries into a process of their own, for as long as `body` takes. */
export async function withCrew<T>(
  database: LockedDatabase,
  source: MigrationSource,
  entries: readonly MigrationEntry[],
  context: ActionContext,
  body: (crew: Crew) => Promise<T>,
): Promise<T> {
  const { runner, signal, env } = context;
  const files = await Promise.all(entries.map((entry) => source.fileOf(entry)));
  const libraryFrom = libraryFolder(source.libraryFrom, runner);
  const relay = await Relay.listen(parametersOf(database));
  const ending: (() => Promise<void>)[] = [() => relay.close()];
  const onAbort = new Set<() => void>();
  const abort = (): void => {
    for (const one of onAbort) one();
  };
  signal.addEventListener("abort", abort, { once: true });
  try {
    const home = {
      environment: childEnvironment(env, source.environment),
      directory: source.libraryFrom === undefined ? process.cwd() : homeFolder(source.libraryFrom),
      files: source.libraryFrom === undefined ? files : [...files, source.libraryFrom],
      token: relay.address.token,
    };
    const starting = MigrationProcess.start(home, runner).then((program) => {
      ending.unshift(() => program.stop());
      onAbort.add(() => void program.stop());
      if (signal.aborted) void program.stop();
      return program;
    });
    const [work, program] = await settled(database.openSession(), starting);
    relay.traffic = { sessionOf: async () => work, before: async () => {}, after: async () => {} };
    const { user, database: name } = database.address;
    const facts = await program.prepare({
      migrations: entries.map((entry, index) => ({ name: entry.name, file: files[index] ?? "" })),
      libraryFrom,
      database: { port: relay.address.port, name, user, version: versionOf(database.state.version) },
    });
    relay.traffic = undefined;
    const migrations = entries.map((entry) => loaded(entry, facts[entry.name], source));
    return await body({ work, relay, program, migrations });
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof StepLost || error instanceof StepFailed ? unloadable(error, source) : error;
  } finally {
    signal.removeEventListener("abort", abort);
    for (const end of ending) await end();
  }
}

/** Both, or the first failure, after the other one has come to its end too. */
async function settled<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

function loaded(
  entry: MigrationEntry,
  facts: ModuleFacts | undefined,
  { objection }: MigrationSource,
): LoadedMigration {
  const problem = facts === undefined ? { reason: "it was not loaded" } : facts.problem;
  if (facts === undefined || problem !== undefined) {
    const { reason, error } = problem ?? { reason: "" };
    throw unusable(entry, error === undefined ? reason : `${reason}: ${error.message}`, objection);
  }
  const { hasDown, transaction, source } = facts;
  return { entry, hasDown, transaction, record: recordName(entry, source) };
}

function unloadable(error: StepLost | StepFailed, { objection }: MigrationSource): ActionError {
  return error instanceof StepLost
    ? new ActionError(error.outcome, `the migrations, while they were loaded: one of them ${error.message}`, {
        hint: `${error.remedy}; nothing was changed`,
      })
    : new ActionError(objection.code, `the migrations cannot be loaded: ${error.message}`, {
        hint: objection.hint,
      });
}

/** What a server says of itself at the start, as far as clients look at it; the rest are settings of the sessions. */
function parametersOf({ state }: LockedDatabase): ReadonlyMap<string, string> {
  return new Map([
    ["server_version", state.version],
    ["server_encoding", "UTF8"],
    ["client_encoding", "UTF8"],
    ["DateStyle", "ISO, MDY"],
    ["TimeZone", "UTC"],
    ["integer_datetimes", "on"],
    ["standard_conforming_strings", "on"],
  ]);
}

function versionOf(version: string): string {
  const [, major = "0", minor = "0", patch = "0"] = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version) ?? [];
  return `${major}.${minor}.${patch}`;
}
