import type { S3Client } from "@aws-sdk/client-s3";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import type { BeginEntry, EndEntry, Entry, MovedEntry, WatchEntry, WatchedEntry } from "./entries.ts";
import { type EntryName, entryNames, keys, type Tier, tiers } from "./keys.ts";
import { createText, readText, type Store } from "./objects.ts";

/** One attempt, as the ledger has it, checked along its chain. */
export interface AttemptRecord {
  readonly environment: string;
  readonly seq: number;
  readonly begin: BeginEntry;
  /** Tiers that may have moved, in the order in which they did. */
  readonly moved: readonly MovedEntry[];
  /** The release's last tier had nothing to move, and said so: everything before it was done. */
  readonly isInPlace?: boolean | undefined;
  /** Where the release was to be watched before it goes live, and what came of it. */
  readonly watch?: WatchEntry | undefined;
  readonly watched?: WatchedEntry | undefined;
  readonly end: EndEntry | undefined;
  /** sha256 of the last entry: what the next one carries as its predecessor. */
  readonly tail: string;
}

/** Entries are create-only, so a client that has read or written one need not read it again. */
const entriesKnown = new WeakMap<S3Client, Map<string, string>>();

function knownBy({ s3, bucket }: Store, key: string) {
  const known = entriesKnown.get(s3) ?? new Map<string, string>();
  entriesKnown.set(s3, known);
  const address = `${bucket}/${key}`;
  return { text: known.get(address), remember: (text: string) => known.set(address, text) };
}

/** The text of an entry; undefined where there is none. */
export async function readEntryText(store: Store, key: string): Promise<string | undefined> {
  const { text, remember } = knownBy(store, key);
  if (text !== undefined) return text;
  const stored = await readText(store, key);
  if (stored) remember(stored.text);
  return stored?.text;
}

/**
 * Reads one attempt; throws `LedgerDamaged` naming the entry that is missing, torn or altered. `names` are those of the
 * entries that a listing has just shown; without it each possible one is asked for.
 */
export async function readAttempt(
  store: Store,
  environment: string,
  seq: number,
  names: readonly EntryName[] = entryNames,
): Promise<AttemptRecord> {
  const texts = await Promise.all(
    names.map(async (name) => ({
      name,
      text: await readEntryText(store, keys.entry(environment, seq, name)),
    })),
  );
  const present = texts.flatMap(({ name, text }) => (text === undefined ? [] : [{ name, text }]));
  return linkAttempt(environment, seq, present);
}

/**
 * Puts the entries of an attempt in the order of their chain. A move that a stopped tier wrote after the end was decided
 * is linked but not on the way to the end: that tier never went on, so the move is void.
 */
export function linkAttempt(
  environment: string,
  seq: number,
  texts: readonly { readonly name: EntryName; readonly text: string }[],
): AttemptRecord {
  const damaged = (name: EntryName, what: string): ActionError =>
    new ActionError("LedgerDamaged", `ledger entry "${keys.entry(environment, seq, name)}" ${what}`, {
      hint: "compare the ledger's folder with the bucket's access log; entries are create-only, so nothing of the pipeline changes one",
    });
  const entries = texts.map(({ name, text }) => {
    try {
      return { name, hash: sha256(text), entry: JSON.parse(text) as Entry };
    } catch (cause) {
      throw new ActionError("LedgerDamaged", damaged(name, "is torn: it is no JSON").message, { cause });
    }
  });
  const begin = entries.find(({ name }) => name === "begin");
  if (!begin) throw damaged("begin", "is missing");
  const byHash = new Map(entries.map((entry) => [entry.hash, entry]));
  for (const { name, entry } of entries) {
    if (name !== "begin" && !byHash.has(entry.previous ?? "")) {
      throw damaged(
        name,
        "does not follow on any entry of its attempt: its predecessor is missing or altered",
      );
    }
  }
  const tips = entries.filter(({ hash }) => !entries.some(({ entry }) => entry.previous === hash));
  const tip = entries.find(({ name }) => name === "end") ?? tips[0] ?? begin;
  const path: typeof entries = [];
  for (let at: typeof begin | undefined = tip; at; at = byHash.get(at.entry.previous ?? "")) path.unshift(at);
  const moves = path.flatMap(({ name, entry }) => (name.startsWith("moved-") ? [entry as MovedEntry] : []));
  return {
    environment,
    seq,
    begin: begin.entry as BeginEntry,
    moved: moves.filter(({ untouched }) => !untouched),
    isInPlace: moves.some(({ untouched }) => untouched),
    watch: path.find(({ name }) => name === "watch")?.entry as WatchEntry | undefined,
    watched: path.find(({ name }) => name === "watched")?.entry as WatchedEntry | undefined,
    end: path.find(({ name }) => name === "end")?.entry as EndEntry | undefined,
    tail: tip.hash,
  };
}

/** Writes an entry; create-only. Returns its sha256. Throws `AttemptTaken` when another one stands there. */
export async function appendEntry(
  store: Store,
  environment: string,
  seq: number,
  name: EntryName,
  entry: Entry,
): Promise<string> {
  const text = `${JSON.stringify(entry, null, 2)}\n`;
  const key = keys.entry(environment, seq, name);
  if (!(await createText(store, key, text))) {
    throw new ActionError("AttemptTaken", `ledger entry "${key}" was written by somebody else meanwhile`, {
      hint: "another run took this attempt over; see how it ended with the `release` action's operation status",
    });
  }
  knownBy(store, key).remember(text);
  return sha256(text);
}

/** True for a tier that the attempt may have moved. */
export function hasMoved(attempt: AttemptRecord, tier: Tier): boolean {
  return attempt.moved.some((entry) => entry.tier === tier);
}

export function movedTiers(attempt: AttemptRecord): readonly Tier[] {
  return tiers.filter((tier) => hasMoved(attempt, tier));
}
