import { contentOf, type ZipEntry } from "../../bundle/zip.ts";
import { locateDirectory, parseDirectory, type ZipRecord } from "../../bundle/zip-directory.ts";
import { ActionError } from "../../kit/errors.ts";
import type { ArchivePart, StoredBundle } from "./stored-bundle.ts";

/** What of a source bundle decides about its deploy. */
export interface LookedAtBundle {
  /** Names of all its files. */
  readonly names: readonly string[];
  /** Those that Elastic Beanstalk acts on, with their content. */
  readonly entries: readonly ZipEntry[];
  readonly bytes: number;
}

const tailBytes = 512 * 1024;
/** A header is in front of each file: 30 bytes, its name again, and a few of the archive's writer. */
const headerBytes = 512;
/** Configuration, hooks and the like are texts: nobody writes so much. */
const mostBytes = 1024 * 1024;

const lookedAt =
  /^(package\.json|Procfile|Buildfile|\.ebextensions\/[^/]+|\.platform\/(config)?hooks\/[^/]+\/[^/]+)$/;

/**
 * Looks into a source bundle, by its directory and the few files that matter: a bundle may have hundreds of megabytes.
 * Throws `InvalidBundle` for what is no zip, or leads out of its folder; rejects as reading does.
 */
export async function readBundle(bundle: StoredBundle): Promise<LookedAtBundle> {
  let tail = await bundle.tail(tailBytes);
  const bytes = tail.start + tail.bytes.length;
  const place = sound(() => locateDirectory(tail.bytes));
  if (place.start < tail.start) tail = await bundle.range(place.start, bytes);
  const files = sound(() => parseDirectory(tail.bytes.subarray(place.start - tail.start), place.count));
  const wanted = files.filter(
    ({ name, packedBytes, bytes: size }) => lookedAt.test(name) && packedBytes + size < mostBytes,
  );
  const part = await partWith(wanted, tail, bundle, bytes);
  const entries = sound(() =>
    wanted.map((file) => {
      const { bytes: archive, start } = part(file);
      const content = contentOf(archive, { ...file, start: file.start - start });
      return { name: file.name, mode: file.mode, content };
    }),
  );
  return { names: files.map(({ name }) => name), entries, bytes };
}

function sound<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const reason = cause instanceof RangeError ? "its directory is damaged" : (cause as Error).message;
    throw new ActionError("InvalidBundle", `the source bundle is no readable zip: ${reason}`, {
      hint: "build it again, as a zip: Elastic Beanstalk takes no other archive for this platform",
      cause,
    });
  }
}

/** The part of the archive that holds each file: the one at hand, or one more, from the first that is missing to the last. */
async function partWith(
  files: readonly ZipRecord[],
  tail: ArchivePart,
  bundle: StoredBundle,
  end: number,
): Promise<(file: ZipRecord) => ArchivePart> {
  const isMissing = ({ start }: ZipRecord): boolean => start < tail.start;
  const missing = files.filter(isMissing).sort((a, b) => a.start - b.start);
  const groups: { from: number; to: number }[] = [];
  for (const { start: at, packedBytes: packed, name } of missing) {
    const to = Math.min(end, at + headerBytes + Buffer.byteLength(name) + packed);
    const last = groups.at(-1);
    // Files of the same kind lie together: one look does for them.
    if (last && at - last.to < tailBytes) last.to = Math.max(last.to, to);
    else groups.push({ from: at, to });
  }
  const parts = await Promise.all(groups.map(({ from, to }) => bundle.range(from, to)));
  return (file) => (isMissing(file) ? (parts.findLast(({ start }) => start <= file.start) ?? tail) : tail);
}
