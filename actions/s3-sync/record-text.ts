import type { RecordedObject, SiteRecord, UnfinishedSync } from "./record.ts";
import type { ServedFile, ServedHeaders } from "./served-file.ts";

/** One object: key, SHA-256, ETag, bytes, number of its headers in the table, since when it is unreferenced. */
type Row = [string, string, string | null, number, number, string?];

/**
 * The text of a record: JSON with one object per line and each set of headers once. Of 100,000 objects it has 15 MB, half
 * of what the objects themselves would have, and it is read line by line. Equal records are equal texts.
 */
export function formatRecord(record: SiteRecord): Buffer {
  const { objects, unfinished, schema, settled, ...head } = record;
  const { objects: begun = {}, ...mark } = unfinished ?? {};
  const table = new HeaderTable();
  for (const part of [objects, begun]) {
    for (const key of Object.keys(part).sort()) table.numberOf(part[key] as ServedFile);
  }
  const first = { schema, ...(settled === undefined ? {} : { settled }), ...head, headers: table.headers };
  const text = new TextBuffer();
  text.add(`${JSON.stringify(first).slice(0, -1)},\n"objects":[\n`);
  addRows(text, objects, table);
  if (unfinished !== undefined) {
    text.add(`\n],\n"unfinished":${JSON.stringify(mark).slice(0, -1)},\n"objects":[\n`);
    addRows(text, begun, table);
    text.add("\n]}");
  } else {
    text.add("\n]");
  }
  return text.end("}\n");
}

function addRows(
  text: TextBuffer,
  objects: Readonly<Record<string, ServedFile & Partial<RecordedObject>>>,
  table: HeaderTable,
): void {
  let separator = "";
  for (const key of Object.keys(objects).sort()) {
    const object = objects[key] as ServedFile & Partial<RecordedObject>;
    const row: Row = [key, object.sha256, object.etag ?? null, object.bytes, table.numberOf(object)];
    if (object.unreferencedSince !== undefined) row.push(object.unreferencedSince);
    text.add(`${separator}${JSON.stringify(row)}`);
    separator = ",\n";
  }
}

/** A long text as bytes, whose pieces are not kept beside it. */
class TextBuffer {
  readonly #parts: Buffer[] = [];
  #piece = "";

  add(text: string): void {
    this.#piece += text;
    if (this.#piece.length >= 65_536) this.#flush();
  }

  end(text: string): Buffer {
    this.add(text);
    this.#flush();
    return Buffer.concat(this.#parts);
  }

  #flush(): void {
    this.#parts.push(Buffer.from(this.#piece));
    this.#piece = "";
  }
}

/** The record has a form that only later versions know. */
export class NewerRecord extends Error {}

/** Parses the text of a record as it arrives. Throws `NewerRecord`, or a plain Error when it is none. */
export async function parseRecord(text: AsyncIterable<Uint8Array>): Promise<SiteRecord> {
  let record: (Omit<SiteRecord, "objects" | "unfinished"> & { headers: ServedHeaders[] }) | undefined;
  let mark: Omit<UnfinishedSync, "objects"> | undefined;
  const objects: Record<string, RecordedObject> = {};
  const unfinished: Record<string, ServedFile> = {};
  for await (const line of linesOf(text)) {
    if (record === undefined) {
      // Versions to come begin their first line like this one, whatever else they write.
      if (Number(/^\{"schema":(\d+)/.exec(line)?.[1]) > 1) throw new NewerRecord("its form is newer");
      record = JSON.parse(`${line.slice(0, -1)}}`);
      if (record?.schema !== 1 || !Array.isArray(record.headers)) throw new Error("it has another form");
    } else if (line.startsWith("[")) {
      const [key, sha256, etag, bytes, number, since] = JSON.parse(line.replace(/,$/, "")) as Row;
      const headers = record.headers[number];
      if (headers === undefined || typeof bytes !== "number")
        throw new Error(`its entry of "${key}" is damaged`);
      const file = { sha256, bytes, ...headers };
      if (mark !== undefined) unfinished[key] = file;
      else
        objects[key] = {
          ...file,
          etag: etag ?? "",
          ...(since === undefined ? {} : { unreferencedSince: since }),
        };
    } else if (line.startsWith('"unfinished":')) {
      mark = JSON.parse(line.slice('"unfinished":'.length).replace(/,$/, "}"));
    } else if (line === "]}" || line === "]}}") {
      const { headers: _, ...head } = record;
      return {
        ...head,
        objects,
        ...(mark === undefined ? {} : { unfinished: { ...mark, objects: unfinished } }),
      };
    }
  }
  throw new Error("it has no end");
}

async function* linesOf(text: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of text) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      yield bytes.toString("utf8", start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
}

/** Each set of headers once, in the order of its first use. */
class HeaderTable {
  readonly headers: ServedHeaders[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf({ contentType, cacheControl, redirect }: ServedHeaders): number {
    const id = `${contentType}\0${cacheControl}\0${redirect ?? ""}`;
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    this.headers.push({ contentType, cacheControl, ...(redirect === undefined ? {} : { redirect }) });
    this.#numbers.set(id, this.headers.length - 1);
    return this.headers.length - 1;
  }
}
