import { AdaptiveLimit, forEachLimited } from "../../kit/adaptive-limit.ts";
import type { ListedObject } from "../plan/observed-site.ts";
import { compareUtf8 } from "./utf8-order.ts";

export interface ListedKey extends ListedObject {
  readonly key: string;
}

/** One answer to a listing; `next` continues it and is absent on the last page. */
export interface Page {
  readonly objects: readonly ListedKey[];
  readonly next?: string;
}

/** What a record says that a listing should have. */
interface Expected {
  /** Keys after which it is read in parallel. */
  readonly splitAfter: readonly string[];
  readonly objects: ReadonlyMap<string, { readonly etag: string }>;
}

/** What is known of a listing beforehand. Where it is wrong the listing is read slower, never incompletely. */
export interface Expectation {
  /** Keys that are likely there, sorted; none where that is not known yet. */
  readonly likely: readonly string[];
  /** Arrives while the first pages do. */
  readonly recorded: Promise<Expected>;
}

/** Reads one page: what follows a key, or what continues another page. */
export type ReadPage = (from: PageStart) => Promise<Page>;

interface PageStart {
  readonly startAfter?: string;
  readonly next?: string;
}

/** A part of a listing, up to and with the key `until`, or to the end. */
interface Range {
  readonly from: PageStart;
  readonly until: string | undefined;
}

const keysPerPage = 1000;
/** What others added in between has room in the rest of the page. */
const keysPerRange = 900;

/** A page has 0.4 MB, and the time to read so many is longer than a round trip; an empty bucket is asked for no more. */
const pagesAtOnce = 12;

/** Expects these objects, sorted by key, and little else. */
export function expecting(objects: Expected["objects"]): Expected {
  return { objects, splitAfter: splitPoints(objects.keys()) };
}

/** Every so many keys one, in S3's order; where the keys have another one they are only spread less evenly. */
function splitPoints(keys: Iterable<string>): readonly string[] {
  const points: string[] = [];
  let index = 0;
  for (const key of keys) {
    index += 1;
    if (index % keysPerRange === 0) points.push(key);
  }
  // The last keys may fit into the page before them.
  if (index % keysPerRange <= keysPerPage - keysPerRange) points.pop();
  return points.sort(compareUtf8);
}

/**
 * The whole listing, in two rounds: where keys are likely, the pages that they need are read at once, and what lies
 * beyond these pages is read in parallel as the record has it. ETags that are as recorded are not in memory twice.
 */
export async function readListing(
  read: ReadPage,
  { likely, recorded }: Expectation,
  signal: AbortSignal,
): Promise<Map<string, ListedObject>> {
  const objects = new Map<string, ListedObject>();
  let isInOrder = true;
  const readAndKeep = async (from: PageStart): Promise<Page> => {
    const page = await read(from);
    const expected = (await recorded).objects;
    let last: string | undefined;
    for (const { key, etag, bytes, modifiedAt } of page.objects) {
      if (last !== undefined && compareUtf8(last, key) > 0) isInOrder = false;
      const same = expected.get(key)?.etag;
      objects.set(key, { etag: same === etag ? same : etag, bytes, modifiedAt });
      last = key;
    }
    return page;
  };
  const inParallel = (ranges: readonly Range[], visit: (range: Range) => Promise<void>): Promise<void> =>
    forEachLimited(ranges, new AdaptiveLimit(pagesAtOnce, pagesAtOnce), signal, async (range) => {
      await visit(range);
      return { pushedBack: false };
    });
  const rest: Range[] = [];
  let isWhole = false;
  await inParallel(rangesFrom({}, splitPoints(likely), undefined), async ({ from, until }) => {
    // The bucket may have far fewer keys than are likely, or none.
    if (isWhole) return;
    const page = await readAndKeep(from);
    isWhole ||= from.startAfter === undefined && page.next === undefined;
    if (goesOn(page, until)) rest.push(...rangesBehind(page, until, (await recorded).splitAfter));
  });
  await inParallel(rest, async ({ from, until }) => {
    let page = await readAndKeep(from);
    while (goesOn(page, until)) page = await readAndKeep({ next: page.next });
  });
  // Some servers order by other rules than UTF-8 bytes; what lies between two keys is theirs to say then.
  if (!isInOrder) {
    let page = await readAndKeep({});
    while (page.next !== undefined) page = await readAndKeep({ next: page.next });
  }
  return objects;
}

/** What is read from there on until the end, in parts that begin after the split points. */
function rangesFrom(from: PageStart, splits: readonly string[], until: string | undefined): readonly Range[] {
  const starts: readonly PageStart[] = [from, ...splits.map((startAfter) => ({ startAfter }))];
  return starts.map((start, index) => ({ from: start, until: splits[index] ?? until }));
}

/** What a page leaves of its range. */
function rangesBehind(
  page: Page & { readonly next: string },
  until: string | undefined,
  splits: readonly string[],
): readonly Range[] {
  const last = page.objects.at(-1)?.key;
  const between = splits.filter(
    (key) =>
      (last === undefined || compareUtf8(key, last) > 0) &&
      (until === undefined || compareUtf8(key, until) < 0),
  );
  return rangesFrom({ next: page.next }, between, until);
}

function goesOn(page: Page, until: string | undefined): page is Page & { readonly next: string } {
  const last = page.objects.at(-1)?.key;
  return (
    page.next !== undefined && (until === undefined || last === undefined || compareUtf8(last, until) < 0)
  );
}
