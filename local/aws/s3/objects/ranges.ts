import { AwsError } from "../../service.ts";

/** Both ends included. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The one range of a Range header. Undefined, for the whole, when there is none, or one that S3 ignores: malformed, or of
 * several ranges. Throws InvalidRange (416) when it lies outside of the object.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Number(last);
    if (length === 0 || size === 0) throw unsatisfiable(header as string, size);
    return { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) throw unsatisfiable(header as string, size);
  return { start, end: last === "" ? size - 1 : Math.min(size - 1, Number(last)) };
}

function unsatisfiable(range: string, size: number): AwsError {
  return new AwsError(
    "InvalidRange",
    416,
    "The requested range is not satisfiable",
    { RangeRequested: range, ActualObjectSize: size },
    { "Content-Range": `bytes */${size}` },
  );
}
