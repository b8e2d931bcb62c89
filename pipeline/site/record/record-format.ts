import {
  hasSameHeaders,
  headersText,
  type ServedFile,
  type ServedHeaders,
  servedHeaders,
} from "../plan/served-file.ts";
import type { CompletedSync, RecordedObject, SiteLocation, SiteRecord } from "../plan/site-record.ts";

/** The first line of the text, but for the table of headers: all that is not about single objects. */
export type RecordHead = Omit<SiteRecord, "site" | "completed" | "objects" | "unfinished"> &
  SiteLocation & {
    readonly schema: 1;
    /** `completed` of the record, and first in the text: `readCompletedSync` reads no further. */
    readonly settled?: CompletedSync;
  };

/** One object: key, SHA-256, ETag, bytes, number of its headers in the table, since when it is unreferenced. */
export type Row = [string, string, string | null, number, number, string?];

/**
 * The text of a record, `site.json`: JSON with one object per line and each set of headers once. Of 100,000 objects it has
 * 15 MB, half of what the objects themselves would have, and it is read line by line. Equal records are equal texts.
 */
export function formatRecord(record: SiteRecord): Buffer {
  const { objects, unfinished } = record;
  const { objects: begun = new Map<string, ServedFile>(), ...mark } = unfinished ?? {};
  const [sorted, sortedBegun] = [[...objects.keys()].sort(), [...begun.keys()].sort()];
  const table = new HeaderTable();
  for (const key of sorted) table.numberOf(objects.get(key) as ServedFile);
  for (const key of sortedBegun) table.numberOf(begun.get(key) as ServedFile);
  const text = new TextBuffer((sorted.length + sortedBegun.length) * 256);
  text.add(`${JSON.stringify(headOf(record, table.headers)).slice(0, -1)},\n"objects":[\n`);
  addRows(text, sorted, objects, table);
  if (unfinished !== undefined) {
    text.add(`\n],\n"unfinished":${JSON.stringify(mark).slice(0, -1)},\n"objects":[\n`);
    addRows(text, sortedBegun, begun, table);
    text.add("\n]}");
  } else {
    text.add("\n]");
  }
  return text.end("}\n");
}

/** JSON leaves out what is undefined. */
function headOf(record: SiteRecord, headers: readonly ServedHeaders[]) {
  const { site, release, config, rules, distribution, stale, completed, preconditions } = record;
  const { bucket, prefix } = site;
  const first = { schema: 1, settled: completed, bucket, prefix };
  return { ...first, release, config, rules, distribution, stale, preconditions, headers };
}

function addRows(
  text: TextBuffer,
  sorted: readonly string[],
  objects: ReadonlyMap<string, ServedFile & Partial<RecordedObject>>,
  table: HeaderTable,
): void {
  let separator = "";
  for (const key of sorted) {
    const object = objects.get(key) as ServedFile & Partial<RecordedObject>;
    const { sha256, etag = null, bytes, unreferencedSince } = object;
    const row: Row = [key, sha256, etag, bytes, table.numberOf(object)];
    if (unreferencedSince !== undefined) row.push(unreferencedSince);
    text.add(`${separator}${JSON.stringify(row)}`);
    separator = ",\n";
  }
}

/** A long text as bytes, whose pieces are not kept beside it. What is reserved and not used costs no memory. */
class TextBuffer {
  #bytes: Buffer;
  #end = 0;
  #piece = "";

  constructor(expectedBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(expectedBytes + 65_536);
  }

  add(text: string): void {
    this.#piece += text;
    if (this.#piece.length >= 16_384) this.#flush();
  }

  end(text: string): Buffer {
    this.add(text);
    this.#flush();
    return this.#bytes.subarray(0, this.#end);
  }

  #flush(): void {
    const needed = this.#end + Buffer.byteLength(this.#piece);
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.#bytes.copy(larger, 0, 0, this.#end);
      this.#bytes = larger;
    }
    this.#end += this.#bytes.write(this.#piece, this.#end);
    this.#piece = "";
  }
}

/** Each set of headers once, in the order of its first use. */
class HeaderTable {
  readonly headers: ServedHeaders[] = [];
  readonly #numbers = new Map<string, number>();
  #last: { readonly headers: ServedHeaders; readonly number: number } | undefined;

  numberOf(headers: ServedHeaders): number {
    if (this.#last === undefined || !hasSameHeaders(this.#last.headers, headers)) {
      this.#last = { headers, number: this.#find(headers) };
    }
    return this.#last.number;
  }

  #find(headers: ServedHeaders): number {
    const id = headersText(headers);
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.headers.push(servedHeaders(headers));
    this.#numbers.set(id, this.headers.length - 1);
    return this.headers.length - 1;
  }
}
