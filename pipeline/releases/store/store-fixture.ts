import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type AwsServer, startAws } from "../../../local/aws/server.ts";
import { s3Client } from "../../aws/s3.ts";
import { formatManifest } from "../../bundle/manifest.ts";
import type { WholeManifest } from "../../bundle/whole-manifest-fixture.ts";
import type { ActionContext } from "../../kit/action.ts";
import type { Clock } from "../../kit/clock.ts";
import { ActionError } from "../../kit/errors.ts";
import type { BeginEntry, EndEntry } from "./entries.ts";
import { keys } from "./keys.ts";
import type { LockRequest } from "./lock.ts";
import type { Store } from "./objects.ts";

export const run = { id: 7, attempt: 1, url: "http://127.0.0.1/runs/7" };
export const bucket = "artifacts";
export const manifest: WholeManifest = {
  schema: 1,
  id: "20261101T080000Z-aaaaaaa",
  commit: "a".repeat(40),
  committedAt: "2026-11-01T08:00:00Z",
  api: { version: "a".repeat(12), sha256: "a".repeat(64), bytes: 1, node: ">=24" },
  site: { files: {} },
  migrations: [],
};

/** A runner's clock, which moves by sleeping; and jumps. */
function runnerClock(): Clock & { jump(ms: number): void } {
  let now = Date.parse("2026-11-01T08:00:00Z");
  return {
    now: () => new Date(now),
    sleep: async (ms) => {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
    jump: (ms) => {
      now += ms;
    },
  };
}

export async function codeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return "none";
  } catch (error) {
    if (error instanceof ActionError) return error.code;
    throw error;
  }
}

/** A release store on an S3 of its own, for the suite that opens it; every test has an environment to itself. */
export function storeBench(): StoreBench {
  const bench = new StoreBench();
  before(() => bench.open());
  after(() => bench.close());
  beforeEach(() => bench.reset());
  return bench;
}

export class StoreBench {
  aws!: AwsServer;
  store!: Store;
  clock = runnerClock();
  environment = "";
  /** How far S3's own clock, by which locks expire, is ahead. */
  s3AheadMs = 0;
  readonly #directory = mkdtempSync(join(tmpdir(), "release-store-"));
  readonly #clients: S3Client[] = [];
  #tests = 0;

  async open(): Promise<void> {
    this.aws = await startAws({
      directory: this.#directory,
      port: 0,
      region: "us-east-1",
      accountId: "000000000000",
      services: [],
      clock: { now: () => new Date(Date.now() + this.s3AheadMs) },
    });
    this.aws.provisionBucket({ name: bucket });
    this.store = this.elsewhere();
    await this.put(keys.manifest(manifest.id), formatManifest(manifest));
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.aws.close();
    rmSync(this.#directory, { recursive: true });
  }

  reset(): void {
    this.environment = `env-${++this.#tests}`;
    this.clock = runnerClock();
    this.s3AheadMs = 0;
    this.aws.faults.clear();
  }

  /** The same store as another process reaches it, which has read nothing of it yet. */
  elsewhere(): Store {
    const { region, endpoint, credentials } = this.aws;
    const s3 = s3Client({ region, endpoint, credentials: async () => credentials, maxAttempts: 3 });
    this.#clients.push(s3);
    return { s3, bucket };
  }

  passOnS3(ms: number): void {
    this.s3AheadMs += ms;
  }

  async put(key: string, text: string): Promise<void> {
    await this.store.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: text }));
  }

  context(): ActionContext {
    return {
      clock: this.clock,
      run: { runId: 7, runAttempt: 1, url: run.url },
    } as unknown as ActionContext;
  }

  lockRequest(changes: Partial<LockRequest> = {}): LockRequest {
    return {
      by: "ada",
      operation: "deploy",
      run,
      waitSeconds: 0,
      clock: this.clock,
      signal: new AbortController().signal,
      onWait: () => undefined,
      ...changes,
    };
  }

  beginEntry(seq: number, changes: Partial<BeginEntry> = {}): BeginEntry {
    return {
      schema: 1,
      at: this.clock.now().toISOString(),
      previous: null,
      seq,
      kind: "deploy",
      releaseId: manifest.id,
      commit: manifest.commit,
      apiVersion: manifest.api.version,
      subject: "subject",
      live: null,
      goesBackTo: null,
      by: "ada",
      run,
      lock: "token",
      reason: "",
      ...changes,
    };
  }

  endEntry(previous: string, changes: Partial<EndEntry> = {}): EndEntry {
    return {
      schema: 1,
      at: this.clock.now().toISOString(),
      previous,
      outcome: "live",
      reason: "verified",
      liveReleaseId: manifest.id,
      previousReleaseId: null,
      ...changes,
    };
  }
}
