import type { S3Client } from "@aws-sdk/client-s3";
import { type Manifest, parseManifest } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { keys } from "./keys.ts";
import { listObjects } from "./listing.ts";
import { readText, type Store } from "./objects.ts";

/** Manifests are create-only, so a client that has read one need not read it again. */
const manifestsRead = new WeakMap<S3Client, Map<string, Manifest>>();

/** The manifest of a stored release. Throws `ReleaseMissing` when the store does not have it. */
export async function readReleaseManifest(store: Store, releaseId: string): Promise<Manifest> {
  const read = manifestsRead.get(store.s3) ?? new Map<string, Manifest>();
  manifestsRead.set(store.s3, read);
  const address = `${store.bucket}/${releaseId}`;
  const manifest = read.get(address) ?? (await readStored(store, releaseId));
  read.set(address, manifest);
  return manifest;
}

async function readStored(store: Store, releaseId: string): Promise<Manifest> {
  const key = keys.manifest(releaseId);
  const stored = await readText(store, key);
  if (!stored) {
    throw new ActionError(
      "ReleaseMissing",
      `release "${releaseId}" is not in the artifacts bucket "${store.bucket}"`,
      {
        hint: `"${key}" is gone; deploy a newer commit, or roll back to a release whose artifacts are kept`,
      },
    );
  }
  return parseManifest(stored.text, `s3://${store.bucket}/${key}`);
}

/** The ids of the releases that the store has whole: a manifest is stored last and taken out first. */
export async function storedReleases(store: Store): Promise<ReadonlySet<string>> {
  const objects = await listObjects(store, "releases/");
  return new Set(
    objects.flatMap(({ key }) => (key.endsWith("/release.json") ? [key.split("/")[1] ?? ""] : [])),
  );
}
