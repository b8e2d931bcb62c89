/** A release as the store lists it. */
export interface StoredRelease {
  readonly id: string;
  /** Its objects, by key. */
  readonly keys: readonly string[];
  /** When its newest object was written, by S3's clock. */
  readonly modified: Date;
}

/** What an environment needs of the store. */
export interface Needs {
  readonly environment: string;
  readonly liveReleaseId: string | null;
  /** Where `to: previous` leads from there. */
  readonly previousReleaseId: string | null;
  /** The releases that were verified live last, each once, newest first; no more than are to be kept. */
  readonly wasLive: readonly string[];
  /** Those of an attempt that has not ended: where it goes, and what it would put back. */
  readonly unfinished: readonly string[];
}

export interface Judgement {
  readonly release: StoredRelease;
  readonly keep: boolean;
  readonly reason: string;
}

interface StoredBlob {
  readonly key: string;
  readonly modified: Date;
}

/** How long something may be in the store before an attempt has to name it. */
export const graceHours = 24;

/**
 * Which releases stay, the first reason of these, and which go:
 *
 * | release | |
 * |---|---|
 * | pinned | stays |
 * | live in an environment, or previous there | stays |
 * | of an unfinished attempt | stays |
 * | one of the last `keep` that were live in an environment | stays |
 * | written less than `graceHours` before `now` | stays: it may be about to begin |
 * | any other | goes |
 */
export function planReleases(
  releases: readonly StoredRelease[],
  environments: readonly Needs[],
  { keep, now }: { readonly keep: number; readonly now: Date },
): readonly Judgement[] {
  const young = now.getTime() - graceHours * 3_600_000;
  const needed = (release: StoredRelease): string | undefined => {
    const { id } = release;
    if (isPinned(release)) return "pinned";
    const by = (needs: (one: Needs) => boolean): string | undefined => environments.find(needs)?.environment;
    const live = by(({ liveReleaseId }) => liveReleaseId === id);
    if (live !== undefined) return `live in ${live}`;
    const previous = by(({ previousReleaseId }) => previousReleaseId === id);
    if (previous !== undefined) return `what \`previous\` leads to in ${previous}`;
    const unfinished = by((one) => one.unfinished.includes(id));
    if (unfinished !== undefined) return `of an unfinished attempt in ${unfinished}`;
    const was = by(({ wasLive }) => wasLive.slice(0, keep).includes(id));
    if (was !== undefined) return `one of the last ${keep} that were live in ${was}`;
    if (release.modified.getTime() > young) return `less than ${graceHours} h in the store`;
    return undefined;
  };
  return [...releases]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map((release) => {
      const reason = needed(release);
      if (reason !== undefined) return { release, keep: true, reason };
      const why = isComplete(release)
        ? `not among the last ${keep} that were live in any environment`
        : "incomplete: it was never stored whole, or is half taken out";
      return { release, keep: false, reason: why };
    });
}

/** The blobs that no kept release names, and that have been there for longer than an upload takes; sorted. */
export function planBlobs(
  blobs: readonly StoredBlob[],
  named: ReadonlySet<string>,
  now: Date,
): readonly string[] {
  const young = now.getTime() - graceHours * 3_600_000;
  return blobs
    .filter(({ key, modified }) => !named.has(key) && modified.getTime() <= young)
    .map(({ key }) => key)
    .sort();
}

/** A release's manifest is stored last and taken out first: where it is, all of the release is. */
export function isComplete({ id, keys }: StoredRelease): boolean {
  return keys.includes(`releases/${id}/release.json`);
}

function isPinned({ id, keys }: StoredRelease): boolean {
  return keys.includes(`releases/${id}/pin.json`);
}

export function retentionLines(
  judgements: readonly Judgement[],
  blobs: readonly string[],
): readonly string[] {
  const lines = judgements.map(
    ({ release, keep, reason }) => `${keep ? "keep" : "drop"}  ${release.id}  (${reason})`,
  );
  return blobs.length === 0
    ? lines
    : [...lines, `drop  ${blobs.length} site files that no kept release names`];
}
