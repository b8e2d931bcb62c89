import { PutObjectCommand } from "@aws-sdk/client-s3";
import { systemClock } from "../../../pipeline/kit/clock.ts";
import { formatHandle, keys } from "../../../pipeline/releases/store/keys.ts";
import { appendEntry } from "../../../pipeline/releases/store/ledger.ts";
import { acquireLock } from "../../../pipeline/releases/store/lock.ts";
import { hash, type SiteVersion, siteVersion } from "./site-version.ts";
import type { Stage } from "./stage.ts";

/** A way in which a site gets from one version to another. */
export interface Way {
  readonly name: string;
  /** Brings the bucket to where the way begins; `isLive` when this way has just ended well in it. */
  begin(stage: Stage, isLive: boolean): Promise<void>;
  /** Inputs of the step that takes the site to the version. */
  inputs(stage: Stage, version: SiteVersion): Promise<Readonly<Record<string, string>>>;
}

let number = 0;

/** A version that never was before. */
export function nextVersion(): SiteVersion {
  number += 1;
  return siteVersion(number);
}

async function fromFolder(stage: Stage, version: SiteVersion): Promise<Record<string, string>> {
  return { source: stage.folder(version), config: version.config, "cache-control": version.cacheRules };
}

/** Puts the release into the store and opens an attempt for it, as `release begin` does. */
async function fromStore(stage: Stage, version: SiteVersion): Promise<Record<string, string>> {
  const { manifest, files, config } = version;
  const store = { s3: stage.s3, bucket: "artifacts" };
  const environment = stage.bucket;
  const put = (Key: string, Body: string) =>
    stage.s3.send(new PutObjectCommand({ Bucket: store.bucket, Key, Body }));
  await Promise.all([
    put(keys.manifest(manifest.id), JSON.stringify(manifest)),
    ...Object.values(files).map((text) => put(keys.blob(hash(text)), text)),
  ]);
  const run = { id: 1, attempt: 1, url: "http://127.0.0.1:9/runs/1" };
  const { token } = await acquireLock(store, environment, {
    by: "somebody",
    operation: "deploy",
    run,
    waitSeconds: 0,
    clock: systemClock,
    signal: new AbortController().signal,
    onWait: () => {},
  });
  await appendEntry(store, environment, version.number, "begin", {
    schema: 1,
    seq: version.number,
    kind: "deploy",
    releaseId: manifest.id,
    commit: manifest.commit,
    apiVersion: manifest.api.version,
    subject: "",
    live: null,
    goesBackTo: null,
    by: "somebody",
    run,
    lock: token,
    reason: "",
    at: new Date().toISOString(),
    previous: null,
  });
  return { release: formatHandle({ bucket: store.bucket, environment, seq: version.number }), config };
}

/** Makes the bucket serve a version without any fault, and remembers that it may. */
async function live(stage: Stage, isLive: boolean, inputsOf: Way["inputs"]): Promise<void> {
  if (isLive) return;
  await stage.newBucket();
  const version = nextVersion();
  stage.expect(version);
  const { code, log } = await stage.start(await inputsOf(stage, version)).finished;
  if (code !== 0) throw new Error(`the site did not get to where the case begins:\n${log}`);
}

/** One version by the next, from folders. */
export const update: Way = {
  name: "update",
  begin: (stage, isLive) => live(stage, isLive, fromFolder),
  inputs: fromFolder,
};

export const ways: readonly Way[] = [
  { name: "first", begin: (stage) => stage.newBucket(), inputs: fromFolder },
  update,
  { name: "copy", begin: (stage, isLive) => live(stage, isLive, fromStore), inputs: fromStore },
  {
    name: "wiped",
    begin: async (stage, isLive) => {
      await live(stage, isLive, fromStore);
      await stage.wipe();
    },
    inputs: fromStore,
  },
];
