import { type ServedFile, type ServedHeaders, servedFile } from "../plan/served-file.ts";
import {
  type CompletedSync,
  type RecordedObject,
  recordedObject,
  type SiteRecord,
  type SyncMark,
} from "../plan/site-record.ts";
import type { RecordHead, Row } from "./record-format.ts";

/** The record has a form that only later versions know. */
export class NewerRecord extends Error {}

/** Parses the text of a record as it arrives. Throws `NewerRecord`, or a plain Error when it is none. */
export async function parseRecord(text: AsyncIterable<Uint8Array>): Promise<SiteRecord> {
  let head: RecordHead | undefined;
  let headers: readonly ServedHeaders[] = [];
  let mark: SyncMark | undefined;
  const objects = new Map<string, RecordedObject>();
  const unfinished = new Map<string, ServedFile>();
  let hasEnded = false;
  // To its very end, though nothing follows: a stream that is left before takes its connection with it.
  for await (const part of partsOf(text)) {
    if (head === undefined) {
      // Versions to come begin their first line like this one, whatever else they write.
      if (Number(/^\{"schema":(\d+)/.exec(part)?.[1]) > 1) throw new NewerRecord("its form is newer");
      const first = JSON.parse(`${part.slice(0, -1)}}`) as RecordHead & { headers: ServedHeaders[] };
      ({ headers, ...head } = first);
      if (head?.schema !== 1 || !Array.isArray(headers)) throw new Error("it has another form");
    } else if (part.startsWith("[")) {
      for (const [key, sha256, etag, bytes, number, since] of JSON.parse(`[${part}]`) as Row[]) {
        const served = headers[number];
        if (served === undefined || typeof bytes !== "number")
          throw new Error(`its entry of "${key}" is damaged`);
        const file = servedFile({ sha256, bytes, ...served });
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
  if (head === undefined || !hasEnded) throw new Error("it has no end");
  const { schema: _, settled, bucket, prefix, ...rest } = head;
  return {
    ...rest,
    site: { bucket, prefix },
    ...(settled === undefined ? {} : { completed: settled }),
    objects,
    ...(mark === undefined ? {} : { unfinished: { ...mark, objects: unfinished } }),
  };
}

/** Of the first bytes of a record, whether a sync was completed; undefined also where they are no record's. */
export function parseCompletedSync(start: string): CompletedSync | undefined {
  const [, settled] = /^\{"schema":1,"settled":(\{[^}]*\})/.exec(start) ?? [];
  return settled === undefined ? undefined : (JSON.parse(settled) as CompletedSync);
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
