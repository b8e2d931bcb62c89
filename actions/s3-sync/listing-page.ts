import { Readable } from "node:stream";
import { ListObjectsV2Command, type ListObjectsV2CommandInput, type S3Client } from "@aws-sdk/client-s3";
import type { ListedKey, Page } from "./listing.ts";

export interface ReadPageResult extends Page {
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
        page = parsePage(await textOf(response.body), input.Prefix ?? "");
        response.body = Readable.from([Buffer.from("<ListBucketResult/>")]);
      }
      return result;
    },
    { step: "deserialize", priority: "low", name: "ownListing" },
  );
  const { $metadata } = await s3.send(command);
  return { ...page, $metadata };
}

/** Parses the XML of a ListBucketResult. */
export function parsePage(xml: string, prefix: string): Page {
  const objects: ListedKey[] = [];
  let modifiedAt = { text: "", date: new Date(0) };
  for (let start = xml.indexOf("<Contents>"); start >= 0; start = xml.indexOf("<Contents>", start)) {
    const end = xml.indexOf("</Contents>", start);
    const field = (name: string): string => element(xml, name, start, end);
    const modified = field("LastModified");
    if (modified !== modifiedAt.text) modifiedAt = { text: modified, date: new Date(modified) };
    objects.push({
      key: detached(unescaped(field("Key")).slice(prefix.length)),
      etag: detached(unescaped(field("ETag"))),
      bytes: Number(field("Size")),
      modifiedAt: modifiedAt.date,
    });
    start = end;
  }
  const token = unescaped(element(xml, "NextContinuationToken", 0, xml.length));
  return { objects, ...(token === "" ? {} : { next: detached(token) }) };
}

function element(xml: string, name: string, from: number, to: number): string {
  const start = xml.indexOf(`<${name}>`, from);
  if (start < 0 || start > to) return "";
  return xml.slice(start + name.length + 2, xml.indexOf(`</${name}>`, start));
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return entities[name] ?? whole;
  });
}

/** A copy: V8's substrings keep the whole text that they were cut from. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}

/** Decoded piece by piece: whole pages of bytes beside their texts pile up outside of V8's heap, where it sees them late. */
async function textOf(body: Readable): Promise<string> {
  let text = "";
  body.setEncoding("utf8");
  for await (const piece of body) text += piece as string;
  return text;
}
