import { Readable } from "node:stream";
import { ListObjectsV2Command, type ListObjectsV2CommandInput, type S3Client } from "@aws-sdk/client-s3";
import type { ListedKey, Page } from "./listing.ts";

interface ReadPageResult extends Page {
  /** The SDK's, for the number of attempts. */
  readonly $metadata: { readonly attempts?: number };
}

/**
 * Reads one page of a listing, keys relative to its prefix. The SDK sends it, but its XML is read here: the SDK takes
 * 40 ms of CPU per page (docs/adr/0007).
 */
export async function readListingPage(
  s3: S3Client,
  input: ListObjectsV2CommandInput,
): Promise<ReadPageResult> {
  const command = new ListObjectsV2Command(input);
  let page: Page = { objects: [] };
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as { statusCode: number; body: Readable };
      if (response.statusCode === 200) {
        page = await parsePage(response.body, input.Prefix ?? "");
        response.body = Readable.from([Buffer.from("<ListBucketResult/>")]);
      }
      return result;
    },
    { step: "deserialize", priority: "low", name: "ownListing" },
  );
  const { $metadata } = await s3.send(command);
  return { ...page, $metadata };
}

/** Parses the XML of a ListBucketResult as it arrives. */
export async function parsePage(body: AsyncIterable<Uint8Array>, prefix: string): Promise<Page> {
  const objects: ListedKey[] = [];
  let rest: Uint8Array = new Uint8Array();
  let outside = "";
  for await (const chunk of body) {
    const bytes = Buffer.concat([rest, chunk]);
    // A character for a byte: where something is in this text, it is in the bytes. V8's own substrings would keep the whole text.
    const text = bytes.toString("latin1");
    let at = 0;
    for (let start = text.indexOf("<Contents>"); start >= 0; start = text.indexOf("<Contents>", at)) {
      outside += text.slice(at, start);
      const end = text.indexOf("</Contents>", start);
      at = end < 0 ? start : end;
      if (end < 0) break;
      const field = (name: string): string => {
        const [from, to] = element(text, name, start, end);
        return unescaped(bytes.toString("utf8", from, to));
      };
      objects.push({
        key: field("Key").slice(prefix.length),
        etag: field("ETag"),
        bytes: Number(field("Size")),
        modifiedAt: Math.floor(Date.parse(field("LastModified")) / 1000),
      });
    }
    rest = bytes.subarray(at);
  }
  outside += Buffer.from(rest).toString("latin1");
  const token = unescaped(outside.slice(...element(outside, "NextContinuationToken", 0, outside.length)));
  return { objects, ...(token === "" ? {} : { next: token }) };
}

/** Where the content of an element begins and ends; nowhere, when it does not begin in this part of the text. */
function element(xml: string, name: string, from: number, to: number): [start: number, end: number] {
  const tag = xml.indexOf(`<${name}>`, from);
  if (tag < 0 || tag > to) return [0, 0];
  const start = tag + name.length + 2;
  return [start, xml.indexOf("<", start)];
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  // Each ETag has two of them.
  const quoted = text.replaceAll("&quot;", '"');
  if (!quoted.includes("&")) return quoted;
  return quoted.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return entities[name] ?? whole;
  });
}
