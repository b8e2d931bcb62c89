import type { Manifest } from "../../bundle/manifest.ts";
import type { JsonValue, MovedEntry } from "../store/entries.ts";

/** Told, before a tier's first change, what its room needs to put it back. */
export type BeforeChange = (from: JsonValue) => Promise<void>;

/** The site or the API of an environment, as the operations of a release move it. */
export interface MovableTier {
  /**
   * Makes it that of a stored release, and says what that took. `from` is what its room recorded before an attempt moved
   * it; null where nothing did. `beforeChange` is awaited only where something has to change.
   */
  put(manifest: Manifest, from: JsonValue, beforeChange?: BeforeChange): Promise<string>;
  /** Throws where it is known beforehand that `put` would be refused; absent where nothing could be known. */
  preflight?(manifest: Manifest): Promise<void>;
  /** Whether it can still come to be the release of an attempt, though no step works on it any more. */
  mayStillBecome(attempt: AttemptedRelease): Promise<boolean>;
}

/** What an attempt was to bring live, and what it had moved. */
interface AttemptedRelease {
  readonly releaseId: string;
  readonly apiVersion?: string;
  readonly moved: readonly MovedEntry[];
}

/** The schema of an environment's database. */
export interface SchemaTier {
  /** False where the step was not told the database: then nothing of it can be changed. */
  readonly isReachable: boolean;
  /** Applies what a stored release has and the database has not; says what that was. */
  migrate(manifest: Manifest, beforeChange?: BeforeChange): Promise<string>;
  /** What the database has on record, compared with a release: of its migrations what is missing, and what is not its own. Changes nothing. */
  records(
    manifest: Manifest,
  ): Promise<{ readonly missing: readonly string[]; readonly strange: readonly string[] }>;
  /** Reverts those of the names that the database has on record, by the release's own `down`; returns what was reverted. */
  revert(manifest: Manifest, names: readonly string[]): Promise<readonly string[]>;
}

/** The ways to an environment's tiers. */
export interface Tiers {
  readonly site: MovableTier;
  readonly api: MovableTier;
  readonly schema: SchemaTier;
}
