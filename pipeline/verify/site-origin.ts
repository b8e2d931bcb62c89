// What the site's bucket itself has, past whatever lies between it and visitors.
import type { S3Client } from "@aws-sdk/client-s3";
import { type Manifest, siteFilesOf } from "../bundle/manifest.ts";
import { explain } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import { field } from "./answer-field.ts";
import type { Finding } from "./check.ts";

export interface SiteOrigin {
  readonly bucket: string;
  /** Id of the distribution in front of it; "" where nobody said that there is one. */
  readonly distribution: string;
  /** An object's bytes; undefined where there is none. Rejects where S3 does not say. */
  read(key: string): Promise<Uint8Array | undefined>;
}

/** The bucket, by a client that is opened when it is needed; undefined where the step was not told which one it is. */
export function siteOrigin(
  { bucket, distribution }: Pick<SiteOrigin, "bucket" | "distribution">,
  connect: () => Promise<S3Client>,
): SiteOrigin | undefined {
  if (bucket === "") return undefined;
  return {
    bucket,
    distribution,
    read: async (key) => {
      const [s3, { readObject }] = await Promise.all([connect(), import("./read-object.ts")]);
      return readObject(s3, bucket, key);
    },
  };
}

/** What the site may be wrong with because of a cache. */
const ofSite = new Set<Finding["problem"]>(["site-behind", "page-broken", "asset-broken", "config-wrong"]);

/**
 * Which of the two is old, where the site's answers are not the release's: the bucket, or what lies in front of it. Where the
 * answers are right, only a bucket that is not is a finding. Undefined where there is nothing to add.
 */
export async function originFinding(
  findings: readonly Finding[],
  { origin, manifest, releaseJson }: OriginQuestion,
): Promise<Finding | undefined> {
  if (origin === undefined || !manifest.site) return undefined;
  const isSiteWrong = findings.some(({ problem }) => ofSite.has(problem));
  // Without a distribution, the site's address is the bucket's own, most often.
  if (!isSiteWrong && (findings.length > 0 || origin.distribution === "")) return undefined;
  try {
    const wrong = await wrongIn(origin, manifest, releaseJson);
    if (wrong !== undefined) {
      return { problem: "origin-behind", message: `the bucket "${origin.bucket}" itself ${wrong}` };
    }
  } catch (error) {
    const message = `which of bucket and cache is old is not known: bucket "${origin.bucket}" cannot be read: ${explain(error)}`;
    return { problem: "origin-silent", message };
  }
  if (!isSiteWrong) return undefined;
  const front =
    origin.distribution === "" ? "what lies in front of it" : `distribution "${origin.distribution}"`;
  return {
    problem: "cache-behind",
    message: `the bucket "${origin.bucket}" has release "${manifest.id}": what is old comes from ${front}`,
  };
}

interface OriginQuestion {
  readonly origin?: SiteOrigin | undefined;
  readonly manifest: Manifest;
  readonly releaseJson: boolean;
}

/** What is not the release's in the bucket, by the two files that name all others; undefined where they are right. */
async function wrongIn(
  origin: SiteOrigin,
  manifest: Manifest,
  releaseJson: boolean,
): Promise<string | undefined> {
  const promised = siteFilesOf(manifest)["index.html"]?.sha256;
  const [release, page] = await Promise.all([
    releaseJson ? origin.read("release.json") : undefined,
    promised === undefined ? undefined : origin.read("index.html"),
  ]);
  if (releaseJson) {
    const id = release && field(Buffer.from(release).toString("utf8"), "id");
    if (id !== manifest.id) {
      return id === undefined ? "has no release.json that names a release" : `has release "${id}"`;
    }
  }
  if (promised === undefined) return undefined;
  if (page === undefined) return "has no index.html";
  return sha256(page) === promised ? undefined : `has an index.html that is not of release "${manifest.id}"`;
}
