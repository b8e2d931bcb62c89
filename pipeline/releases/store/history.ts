import { ActionError, explain } from "../../kit/errors.ts";
import type { BeginEntry, EndEntry, Entry } from "./entries.ts";
import { type EntryName, entryNames, keys } from "./keys.ts";
import { type AttemptRecord, readAttempt, readEntryText } from "./ledger.ts";
import { listObjects } from "./listing.ts";
import type { Store } from "./objects.ts";

/** An attempt by the names of its entries. */
interface ListedAttempt {
  readonly seq: number;
  readonly names: readonly EntryName[];
}

/** What became of an attempt, without its way there. */
export type AttemptSummary = Pick<AttemptRecord, "seq" | "begin" | "end">;

/** The attempts from number `from` on, up to but not `before`, oldest first; one request per 200 attempts or more. */
async function listAttempts(
  store: Store,
  environment: string,
  from = 1,
  before?: number,
): Promise<readonly ListedAttempt[]> {
  const prefix = keys.ledger(environment);
  // "~" sorts after every character of an entry's name.
  const objects = await listObjects(store, prefix, {
    after: `${keys.attempt(environment, from - 1)}~`,
    ...(before === undefined ? {} : { before: keys.attempt(environment, before) }),
  });
  const attempts = new Map<number, EntryName[]>();
  for (const { key } of objects) {
    const [number = "", file = ""] = key.slice(prefix.length).split("/");
    const name = entryNames.find((one) => file === `${one}.json`);
    if (!/^\d+$/.test(number) || name === undefined) continue;
    const seq = Number(number);
    attempts.set(seq, [...(attempts.get(seq) ?? []), name]);
  }
  return [...attempts].map(([seq, names]) => ({ seq, names }));
}

/** The newest attempt; undefined where there is none. `near` is the number of a recent one, from where on it looks. */
export async function newestAttempt(
  store: Store,
  environment: string,
  near = 1,
): Promise<AttemptRecord | undefined> {
  const listed =
    (await listAttempts(store, environment, near)).at(-1) ??
    // The one that was to exist is gone: then the ledger is looked through from its beginning.
    (near > 1 ? (await listAttempts(store, environment)).at(-1) : undefined);
  return listed && readAttempt(store, environment, listed.seq, listed.names);
}

/** Attempts listed, and read, at a time. */
const windowSize = 200;
const groupSize = 20;

/**
 * The attempts, newest first, as far back as the caller asks for them; two requests each, in groups. `near` is the number
 * of a recent one. What is missing or torn is left out and told to `onDamage`: old damage must not keep anybody from
 * going back to a release that is whole.
 */
export async function* attemptsBackwards(
  store: Store,
  environment: string,
  near: number,
  onDamage: (problem: ActionError) => void,
): AsyncGenerator<AttemptSummary> {
  let before: number | undefined;
  for (let from = Math.max(1, near - windowSize / 2); ; from = Math.max(1, from - windowSize)) {
    const listed = [...(await listAttempts(store, environment, from, before))].reverse();
    for (let index = 0; index < listed.length; index += groupSize) {
      const group = listed.slice(index, index + groupSize);
      const read = await Promise.all(
        group.map((one) =>
          readSummary(store, environment, one).catch((error: unknown) => {
            if (!isDamage(error)) throw error;
            onDamage(error);
          }),
        ),
      );
      for (const summary of read) if (summary) yield summary;
    }
    if (from === 1) return;
    before = from;
  }
}

async function readSummary(
  store: Store,
  environment: string,
  { seq, names }: ListedAttempt,
): Promise<AttemptSummary> {
  const [begin, end] = await Promise.all([
    readEntry(store, keys.entry(environment, seq, "begin")),
    names.includes("end") ? readEntry(store, keys.entry(environment, seq, "end")) : undefined,
  ]);
  return { seq, begin: begin as BeginEntry, end: end as EndEntry | undefined };
}

async function readEntry(store: Store, key: string): Promise<Entry> {
  const text = await readEntryText(store, key);
  if (text === undefined) throw new ActionError("LedgerDamaged", `ledger entry "${key}" is missing`);
  try {
    return JSON.parse(text) as Entry;
  } catch (cause) {
    throw new ActionError("LedgerDamaged", `ledger entry "${key}" is torn: it is no JSON`, { cause });
  }
}

/** The newest attempts as the ledger has them, newest first, and what is wrong with it there. */
interface LedgerReading {
  readonly attempts: readonly AttemptRecord[];
  readonly problems: readonly ActionError[];
}

/**
 * Reads the newest attempts whole and walks their chain, within each attempt and from one to the next; every entry that
 * is missing, torn or altered is named.
 */
export async function readLedger(
  store: Store,
  environment: string,
  count: number,
  near = 1,
): Promise<LedgerReading> {
  const listed = [...(await listAttempts(store, environment, Math.max(1, near - count)))]
    .reverse()
    .slice(0, count);
  const problems: ActionError[] = [];
  const read = await Promise.all(
    listed.map(({ seq, names }) =>
      readAttempt(store, environment, seq, names).catch((error: unknown) => {
        if (!isDamage(error)) throw error;
        problems.push(error);
      }),
    ),
  );
  for (const [index, { seq }] of listed.entries()) {
    const next = listed[index + 1];
    if (next && next.seq !== seq - 1) problems.push(missing(environment, next.seq + 1, seq - 1));
    const [newer, older] = [read[index], read[index + 1]];
    if (newer && older && next?.seq === seq - 1 && newer.begin.previous !== older.tail) {
      problems.push(
        new ActionError(
          "LedgerDamaged",
          `ledger entry "${keys.entry(environment, seq, "begin")}" does not follow on attempt ${older.seq}: an entry between them is missing or altered`,
        ),
      );
    }
  }
  return { attempts: read.filter((attempt) => attempt !== undefined), problems };
}

function missing(environment: string, first: number, last: number): ActionError {
  const which = first === last ? `attempt ${first} is` : `attempts ${first} to ${last} are`;
  return new ActionError(
    "LedgerDamaged",
    `${which} missing in the ledger: there is no "${keys.entry(environment, first, "begin")}"`,
    { hint: "restore the entries from the bucket's versions; nothing of the pipeline removes any" },
  );
}

function isDamage(error: unknown): error is ActionError {
  return error instanceof ActionError && error.code === "LedgerDamaged";
}

/** For people: what is wrong with the ledger, a line each. */
export function damageLines(problems: readonly ActionError[]): readonly string[] {
  return problems.map((problem) => `damaged  ${explain(problem)}`);
}
