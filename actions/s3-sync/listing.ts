import { AdaptiveLimit, forEachLimited } from "../lib/adaptive-limit.ts";
import type { ListedObject } from "./plan.ts";

export interface ListedKey extends ListedObject {
  readonly key: string;
}

/** One answer to a listing; `next` continues it and is absent on the last page. */
export interface Page {
  readonly objects: readonly ListedKey[];
  readonly next?: string;
}

/** What a listing is expected to have. */
export interface Expected {
  /** Keys after which it is read in parallel. */
  readonly splitAfter: readonly string[];
  readonly objects: ReadonlyMap<string, { readonly etag: string }>;
}

/** Reads one page: what follows a key, or what continues another page. */
export type ReadPage = (from: { readonly startAfter?: string; readonly next?: string }) => Promise<Page>;

/** A page holds 1,000 keys; what others added in between has room in the rest. */
const keysPerRange = 900;

/** A page has 0.4 MB, and the time to read so many is longer than a round trip. */
const pagesAtOnce = 16;

/** Expects these objects, and little else. */
export function expecting(objects: Expected["objects"]): Expected {
  return { objects, splitAfter: splitPoints(objects.keys()) };
}

function splitPoints(keys: Iterable<string>): readonly string[] {
  const sorted = [...keys].sort(compareUtf8);
  return sorted.filter((_, index) => index % keysPerRange === keysPerRange - 1).slice(0, -1);
}

/**
 * The whole listing. Its first page is read at once, the others in parallel as soon as it is known what to expect there:
 * wrong expectations make it slower, never incomplete. ETags that are as expected are not in memory twice.
 */
export async function readListing(
  read: ReadPage,
  expectation: Promise<Expected>,
  signal: AbortSignal,
): Promise<Map<string, ListedObject>> {
  const objects = new Map<string, ListedObject>();
  let isInOrder = true;
  const keep = (page: Page): void => {
    let last: string | undefined;
    for (const { key, etag, bytes, modifiedAt } of page.objects) {
      if (last !== undefined && compareUtf8(last, key) > 0) isInOrder = false;
      const same = expected.objects.get(key)?.etag;
      objects.set(key, { etag: same === etag ? same : etag, bytes, modifiedAt });
      last = key;
    }
  };
  const readRange = async (first: Page, until: string | undefined): Promise<void> => {
    keep(first);
    for (let page = first; page.next !== undefined; keep(page)) {
      const last = page.objects.at(-1)?.key;
      if (until !== undefined && last !== undefined && compareUtf8(last, until) >= 0) return;
      page = await read({ next: page.next });
    }
  };
  const [first, expected] = await Promise.all([read({}), expectation]);
  const { splitAfter: splits } = expected;
  const ranges = splits.map((startAfter, index) => ({ startAfter, until: splits[index + 1] }));
  // The site may be far smaller than its record says.
  const isMore = first.next !== undefined;
  await Promise.all([
    readRange(first, splits[0]),
    forEachLimited(
      isMore ? ranges : [],
      new AdaptiveLimit(pagesAtOnce, pagesAtOnce),
      signal,
      async (range) => {
        await readRange(await read({ startAfter: range.startAfter }), range.until);
        return { pushedBack: false };
      },
    ),
  ]);
  // Some servers order by other rules than UTF-8 bytes; what lies between two keys is theirs to say then.
  if (!isInOrder) await readRange(first, undefined);
  return objects;
}

/** Orders as S3 lists: by UTF-8 bytes. JavaScript compares UTF-16, where surrogates come before U+E000 to U+FFFF. */
function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x !== y) return codePointOrder(x) - codePointOrder(y);
  }
  return a.length - b.length;
}

function codePointOrder(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}
