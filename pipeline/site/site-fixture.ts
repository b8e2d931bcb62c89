import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import type { AwsOptions, AwsServer } from "../../local/aws/server.ts";
import { headersByRule } from "../bundle/header-rules.ts";
import { type Clock, systemClock } from "../kit/clock.ts";
import type { SiteRules } from "./plan/site-rules.ts";
import { folderSource } from "./source/folder-source.ts";
import type { GeneratedFiles } from "./source/generated-files.ts";
import type { SiteSource } from "./source/site-source.ts";
import type { SyncOptions, SyncOwner, SyncTarget } from "./sync-options.ts";
import { type SyncResult, syncSite } from "./sync-site.ts";

/** Rules that let a test do what it likes. */
export const permissiveRules: SiteRules = {
  entry: "index.html",
  errorDocument: "",
  protect: [],
  maxDelete: undefined,
  keepDays: 30,
};

type Files = Readonly<Record<string, string>>;

/** What a test says of a sync that is otherwise the usual one. */
export interface SyncChanges extends Partial<Omit<SyncOptions, "content" | "target" | "owner">> {
  readonly content?: Partial<GeneratedFiles>;
  readonly target?: Partial<SyncTarget>;
  readonly owner?: Partial<SyncOwner>;
  readonly clock?: Clock;
}

/** Syncs small sites to buckets of their own, for this room's tests. */
export class SiteFixture {
  readonly #aws: TestAws;
  readonly #directory = mkdtempSync(join(tmpdir(), "s3-sync-"));
  readonly s3: S3Client;
  #buckets = 0;
  #folders = 0;
  bucket = "";

  private constructor(aws: TestAws) {
    this.#aws = aws;
    this.s3 = this.client();
    aws.server.provisionBucket({ name: "artifacts" });
  }

  /** With an AWS of its own, until it is closed. */
  static async open(options: Partial<AwsOptions> = {}): Promise<SiteFixture> {
    return new SiteFixture(await startTestAws(options));
  }

  get aws(): AwsServer {
    return this.#aws.server;
  }

  /** An empty bucket, no record of it, and no faults. */
  newBucket(): void {
    this.aws.faults.clear();
    this.bucket = `site-${this.#buckets++}`;
    this.aws.provisionBucket({ name: this.bucket });
  }

  client(more: S3ClientConfig = {}): S3Client {
    const { endpoint, region, credentials } = this.aws;
    return new S3Client({ region, endpoint, credentials, forcePathStyle: true, maxAttempts: 8, ...more });
  }

  /** A client with connections of its own, and how many it has opened. */
  counted(): { readonly s3: S3Client; readonly opened: () => number } {
    let opened = 0;
    class CountingAgent extends Agent {
      override createConnection(...args: Parameters<Agent["createConnection"]>) {
        opened += 1;
        return super.createConnection(...args);
      }
    }
    const httpAgent = new CountingAgent({ keepAlive: true, maxSockets: 256 });
    return { s3: this.client({ requestHandler: { httpAgent } }), opened: () => opened };
  }

  /** A client that lists the requests that change something; the `stopAt`-th and all after it fail. */
  watched(stopAt = Number.POSITIVE_INFINITY): { readonly s3: S3Client; readonly requests: string[] } {
    const s3 = this.client();
    const requests: string[] = [];
    beforeWrites(s3, (request) => {
      requests.push(request);
      if (requests.length >= stopAt) throw new Error("the runner was killed");
    });
    return { s3, requests };
  }

  folder(files: Files): string {
    const folder = join(this.#directory, `${this.#folders++}`);
    for (const [key, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), text);
    }
    return folder;
  }

  /** Syncs the files, or the source, to the bucket; the record lies in the bucket `artifacts`. */
  async sync(
    site: Files | SiteSource,
    changes: SyncChanges = {},
  ): Promise<SyncResult & SyncResult["counts"] & { readonly lines: readonly string[] }> {
    const { content, target, owner, clock = systemClock, ...others } = changes;
    const lines: string[] = [];
    const runner = {
      info: (line: string) => lines.push(line),
      warning: (line: string) => lines.push(`warning: ${line}`),
      group: <T>(_title: string, body: () => Promise<T>) => body(),
    };
    const options = {
      content: { source: this.#sourceOf(site), config: '{"api":"http://api"}\n', ...content },
      target: {
        s3: this.s3,
        bucket: this.bucket,
        prefix: "",
        record: { bucket: "artifacts", key: `${this.bucket}/site.json` },
        ...target,
      },
      owner: { by: "run 1", ...owner },
      rules: permissiveRules,
      dryRun: false,
      ...others,
    };
    const result = await syncSite(options, { runner, clock, signal: new AbortController().signal });
    return { ...result, ...result.counts, lines };
  }

  #sourceOf(site: Files | SiteSource): SiteSource {
    if (typeof site.files === "function") return site as SiteSource;
    return folderSource(this.folder(site as Files), headersByRule([]));
  }

  /** The text of every object of the bucket. */
  async served(prefix = ""): Promise<Record<string, string>> {
    const listing = await this.s3.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix }));
    const objects = (listing.Contents ?? []).map(async ({ Key = "" }) => {
      const object = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key }));
      return [Key, (await object.Body?.transformToString()) ?? ""] as const;
    });
    return Object.fromEntries(await Promise.all(objects));
  }

  async close(): Promise<void> {
    this.s3.destroy();
    await this.#aws.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** Has a client await `before` with `PutObject <key>`, as S3 names what a request asks for, ahead of each that changes something. */
export function beforeWrites(s3: S3Client, before: (request: string) => unknown): void {
  const { requestHandler } = s3.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (request, options) => {
    const [, , ...key] = request.path.split("/").map(decodeURIComponent);
    const put = request.headers["x-amz-copy-source"] === undefined ? "PutObject" : "CopyObject";
    if (request.method === "PUT") await before(`${put} ${key.join("/")}`);
    if (request.method === "POST") await before("DeleteObjects");
    return handle(request, options);
  };
}

/** `done`, or the code or message of the failure. */
export function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}

export const html = (text: string): string => `<!doctype html><title>${text}</title>`;

/** Two versions of one site. */
export const first = {
  "index.html": html("one"),
  "about.html": html("about"),
  "app-1a2b3c4d.js": "one()",
  "robots.txt": "robots 1",
} as const;
export const second = {
  "index.html": html("two"),
  "app-2a2b3c4d.js": "two()",
  "new.html": html("new"),
  "robots.txt": "robots 2",
} as const;
