import {
  hasSameHeaders,
  recordedObject,
  type ServedFile,
  type ServedHeaders,
  servedFile,
} from "../plan/served-file.ts";
import type { RecordedObject, SiteRecord, UnfinishedSync } from "./record.ts";

/** One object: key, SHA-256, ETag, bytes, number of its headers in the table, since when it is unreferenced. */
type Row = [string, string, string | null, number, number, string?];

/**
 * The text of a record: JSON with one object per line and each set of headers once. Of 100,000 objects it has 15 MB, half
 * of what the objects themselves would have, and it is read line by line. Equal records are equal texts.
 */
export function formatRecord(record: SiteRecord): Buffer {
  const { objects, unfinished, schema, settled, ...head } = record;
  const { objects: begun = new Map<string, ServedFile>(), ...mark } = unfinished ?? {};
  const [sorted, sortedBegun] = [[...objects.keys()].sort(), [...begun.keys()].sort()];
  const table = new HeaderTable();
  for (const key of sorted) table.numberOf(objects.get(key) as ServedFile);
  for (const key of sortedBegun) table.numberOf(begun.get(key) as ServedFile);
  const first = { schema, ...(settled === undefined ? {} : { settled }), ...head, headers: table.headers };
  const text = new TextBuffer((sorted.length + sortedBegun.length) * 256);
  text.add(`${JSON.stringify(first).slice(0, -1)},\n"objects":[\n`);
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

/** The record has a form that only later versions know. */
export class NewerRecord extends Error {}

/** Parses the text of a record as it arrives. Throws `NewerRecord`, or a plain Error when it is none. */
export async function parseRecord(text: AsyncIterable<Uint8Array>): Promise<SiteRecord> {
  let record: (Omit<SiteRecord, "objects" | "unfinished"> & { headers: ServedHeaders[] }) | undefined;
  let mark: Omit<UnfinishedSync, "objects"> | undefined;
  const objects = new Map<string, RecordedObject>();
  const unfinished = new Map<string, ServedFile>();
  let hasEnded = false;
  // To its very end, though nothing follows: a stream that is left before takes its connection with it.
  for await (const part of partsOf(text)) {
    if (record === undefined) {
      // Versions to come begin their first line like this one, whatever else they write.
      if (Number(/^\{"schema":(\d+)/.exec(part)?.[1]) > 1) throw new NewerRecord("its form is newer");
      record = JSON.parse(`${part.slice(0, -1)}}`);
      if (record?.schema !== 1 || !Array.isArray(record.headers)) throw new Error("it has another form");
    } else if (part.startsWith("[")) {
      for (const [key, sha256, etag, bytes, number, since] of JSON.parse(`[${part}]`) as Row[]) {
        const headers = record.headers[number];
        if (headers === undefined || typeof bytes !== "number")
          throw new Error(`its entry of "${key}" is damaged`);
        const file = servedFile({ sha256, bytes, ...headers });
        const aged = since === undefined ? {} : { unreferencedSince: since };
        if (mark !== undefined) unfinished.set(key, file);
        else objects.set(key, { ...recordedObject(file, etag ?? ""), ...aged });
      }
    } else if (part.startsWith('"unfinished":')) {
      mark = JSON.parse(part.slice('"unfinished":'.length).replace(/,$/, "}"));
    } else if (part === "]}" || part === "]}}") {
      hasEnded = true;
    }
  }
  if (record === undefined || !hasEnded) throw new Error("it has no end");
  const { headers: _, ...head } = record;
  return {
    ...head,
    objects,
    ...(mark === undefined ? {} : { unfinished: { ...mark, objects: unfinished } }),
  };
}

/** The lines of a record, without their ends; of rows, as many as arrived at once, with the commas between them. */
async function* partsOf(text: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of text) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(10) + 1;
    const lines = bytes.toString("utf8", 0, end);
    for (let at = 0; at < lines.length; ) {
      const next = lines[at] === "[" ? endOfRows(lines, at) : lines.indexOf("\n", at);
      yield lines.slice(at, lines[next - 1] === "," && lines[at] === "[" ? next - 1 : next);
      at = next + 1;
    }
    rest = bytes.subarray(end);
  }
}

/** Where the last of consecutive rows ends: the next line that is none begins with `]` or `"`. */
function endOfRows(lines: string, at: number): number {
  const bracket = lines.indexOf("\n]", at);
  return bracket < 0 ? lines.length - 1 : bracket;
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

  #find({ contentType, cacheControl, redirect }: ServedHeaders): number {
    const id = `${contentType}\0${cacheControl}\0${redirect ?? ""}`;
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.headers.push({ contentType, cacheControl, ...(redirect === undefined ? {} : { redirect }) });
    this.#numbers.set(id, this.headers.length - 1);
    return this.headers.length - 1;
  }
}
