import { type Manifest, siteDigest } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import type { BeginEntry } from "./entries.ts";
import { keys } from "./keys.ts";
import { createText, readText, replaceText, type Store } from "./objects.ts";

/** The commit point: which release is live. Written only after that release was verified, and before `end.json`. */
export interface Live {
  readonly schema: 1;
  readonly releaseId: string;
  readonly commit: string;
  /** Absent where the release has no API. */
  readonly apiVersion?: string;
  /** Absent where the release has no site. */
  readonly site?: { readonly digest: string };
  /** The attempt that brought it live. */
  readonly seq: number;
  readonly verifiedAt: string;
  readonly by: string;
  /** What `previous` means from here: the release that was live before this one first went live. */
  readonly previousReleaseId: string | null;
}

export interface HeldLive {
  readonly live: Live;
  readonly etag: string;
}

export async function readLive(store: Store, environment: string): Promise<HeldLive | undefined> {
  const key = keys.live(environment);
  const stored = await readText(store, key);
  if (!stored) return undefined;
  try {
    return { live: JSON.parse(stored.text) as Live, etag: stored.etag };
  } catch (cause) {
    throw new ActionError("LedgerDamaged", `"${key}" is torn: it is no JSON`, {
      hint: "the newest end.json of the ledger whose outcome is live says what it should name",
      cause,
    });
  }
}

/**
 * Names the release as live, in place of what was read as live before. Throws `AttemptTaken` when somebody else changed
 * it meanwhile.
 */
export async function writeLive(
  store: Store,
  environment: string,
  live: Live,
  replaces: Pick<HeldLive, "etag"> | undefined,
): Promise<void> {
  const key = keys.live(environment);
  const text = `${JSON.stringify(live, null, 2)}\n`;
  const written = replaces
    ? await replaceText(store, key, text, replaces.etag)
    : await createText(store, key, text);
  if (!written) {
    throw new ActionError(
      "AttemptTaken",
      `"${key}" was changed by another run while this one was verifying`,
      {
        hint: "see what is live with the `release` action's operation status, then run the workflow again",
      },
    );
  }
}

/** What `live.json` says once the attempt's release has been verified. */
export function liveAfter(
  begin: Pick<BeginEntry, "seq" | "by">,
  manifest: Manifest,
  verifiedAt: Date,
  previousReleaseId: string | null,
): Live {
  return {
    schema: 1,
    releaseId: manifest.id,
    commit: manifest.commit,
    ...(manifest.api && { apiVersion: manifest.api.version }),
    ...(manifest.site && { site: { digest: siteDigest(manifest.site) } }),
    seq: begin.seq,
    verifiedAt: verifiedAt.toISOString(),
    by: begin.by,
    previousReleaseId,
  };
}
