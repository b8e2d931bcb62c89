import { ActionError } from "../../kit/errors.ts";
import type { RunReference } from "./entries.ts";
import { keys } from "./keys.ts";
import { hasExpired } from "./lock-expiry.ts";
import { readText, type Store, type StoredText } from "./objects.ts";

/** Who may change an environment now. */
export interface Lock {
  readonly schema: 1;
  /** Names this holding of the lock; a new one with each owner, so that an owner who lost it notices. */
  readonly token: string;
  readonly by: string;
  readonly operation: string;
  readonly run: RunReference;
  /** ISO 8601, UTC; by the runner's clock, as is `renewed`, and so for people only. */
  readonly since: string;
  readonly renewed: string;
}

/** A lock as it was read. */
export interface StoredLock extends StoredText {
  readonly lock: Lock;
}

/** The lock as it is; undefined when nobody holds it. */
export async function readLock(store: Store, environment: string): Promise<Lock | undefined> {
  return (await readStoredLock(store, keys.lock(environment)))?.lock;
}

/** True when somebody who may still be alive holds the environment. */
export async function isLocked(store: Store, environment: string): Promise<boolean> {
  const stored = await readStoredLock(store, keys.lock(environment));
  return stored !== undefined && !hasExpired(stored.ageMs);
}

export async function readStoredLock(store: Store, key: string): Promise<StoredLock | undefined> {
  const stored = await readText(store, key);
  return stored && { ...stored, lock: parseLock(stored.text, key) };
}

export function formatLock(lock: Lock): string {
  return `${JSON.stringify(lock, null, 2)}\n`;
}

function parseLock(text: string, key: string): Lock {
  try {
    return JSON.parse(text) as Lock;
  } catch (cause) {
    throw new ActionError("LedgerDamaged", `"${key}" is torn: it is no JSON`, {
      hint: "make sure that no deploy or rollback runs, then remove the object by hand",
      cause,
    });
  }
}
