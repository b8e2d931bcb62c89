import { createHash } from "node:crypto";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusOf, withS3Errors } from "../bucket/s3-errors.ts";
import type { SiteRules, WantedSite } from "../plan/plan.ts";
import type { RecordedObject, RecordLocation, Settled } from "./record.ts";

/** The record's first fields, `schema` and `settled`, always lie within so many bytes. */
const headBytes = 256;

/** What the record says of a site that is wholly as it was wanted, until the first of its old assets may go. */
export function settledAs(
  digest: string,
  rules: Pick<SiteRules, "keepDays">,
  objects: ReadonlyMap<string, RecordedObject>,
): Settled {
  let first = Number.POSITIVE_INFINITY;
  for (const { unreferencedSince } of objects.values()) {
    if (unreferencedSince !== undefined) first = Math.min(first, Date.parse(unreferencedSince));
  }
  if (first === Number.POSITIVE_INFINITY) return { digest };
  return { digest, until: new Date(first + rules.keepDays * 86_400_000).toISOString() };
}

/** A digest of all that decides what the bucket should hold: files, headers, and the rules about them. */
export function digestOf(wanted: WantedSite, rules: SiteRules, bucket: string): string {
  const { prefix, release, config, distribution = null, files } = wanted;
  const { entry, errorDocument, protect, keepDays } = rules;
  const digest = createHash("sha256");
  const about = [bucket, prefix, release, config, distribution, entry, errorDocument, protect, keepDays];
  let text = JSON.stringify(about);
  for (const key of [...files.keys()].sort()) {
    const { sha256, contentType, cacheControl, redirect = "" } = files.get(key) ?? { sha256: "" };
    text += `\n${JSON.stringify(key)} ${sha256} ${contentType}\0${cacheControl}\0${redirect}`;
    if (text.length < 16_384) continue;
    digest.update(text);
    text = "";
  }
  return digest.update(text).digest("hex");
}

/** True where the record said that the site is wholly as this digest has it. */
export function isSettledAs(settled: Settled | undefined, digest: string, now: Date): boolean {
  return settled?.digest === digest && (settled.until === undefined || now.toISOString() < settled.until);
}

/**
 * What the record says of a site that is wholly as somebody wanted it: one request for the first bytes of the record,
 * whatever its size. Its ETag would do as well, but is not known without having read the record; see docs/adr/0007.
 */
export async function readSettled(s3: S3Client, location: RecordLocation): Promise<Settled | undefined> {
  return withS3Errors("read the sync record", location, async () => {
    try {
      const { Body } = await s3.send(
        new GetObjectCommand({
          Bucket: location.bucket,
          Key: location.key,
          Range: `bytes=0-${headBytes - 1}`,
        }),
      );
      return parseHead((await Body?.transformToString()) ?? "");
    } catch (error) {
      // 416: the record is empty.
      if (statusOf(error) === 416) return undefined;
      if (statusOf(error) === 404 && (error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  });
}

function parseHead(text: string): Settled | undefined {
  const [, settled] = /^\{"schema":1,"settled":(\{[^}]*\})/.exec(text) ?? [];
  return settled === undefined ? undefined : (JSON.parse(settled) as Settled);
}
