import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DeleteObjectCommand, GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { type AwsServer, startAws } from "../../../local/aws/server.ts";
import { type StepProcess, startAction } from "../../action-process.ts";
import { until } from "../../until.ts";
import { findingsOf, Visitor } from "../../visitor.ts";
import { hash, type SiteVersion } from "./site-version.ts";

const bucketNumber = { next: 0 };

/** A bucket with a website, and the real s3-sync to change it. */
export class Stage {
  readonly aws: AwsServer;
  readonly s3: S3Client;
  readonly #directory: string;
  readonly #versions: SiteVersion[] = [];
  #bucket = "";
  #site = "";
  /** The way by which the newest expected version went live, without anything wrong. */
  liveBy: string | undefined;

  private constructor(directory: string, aws: AwsServer) {
    this.#directory = directory;
    this.aws = aws;
    const { endpoint, region, credentials } = aws;
    this.s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  }

  static async open(): Promise<Stage> {
    const directory = mkdtempSync(join(tmpdir(), "s3-sync-faults-"));
    const account = { region: "us-east-1", accountId: "000000000000" };
    const aws = await startAws({ directory: join(directory, "aws"), port: 0, ...account, services: [] });
    const stage = new Stage(directory, aws);
    aws.provisionBucket({ name: "artifacts" });
    await stage.newBucket();
    return stage;
  }

  get bucket(): string {
    return this.#bucket;
  }

  /** Forgets the site, and begins with an empty bucket. */
  async newBucket(): Promise<void> {
    const name = `site-${bucketNumber.next++}`;
    const Statement = [
      { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `arn:aws:s3:::${name}/*` },
    ];
    this.aws.provisionBucket({
      name,
      website: { IndexDocument: { Suffix: "index.html" } },
      publicAccessBlock: null,
      policy: { Version: "2012-10-17", Statement },
    });
    this.#bucket = name;
    this.#site = (await this.aws.startWebsite(name, 0)).url;
    this.#versions.length = 0;
  }

  /** A folder with the version's files. */
  folder(version: SiteVersion): string {
    const folder = join(this.#directory, `v${version.number}`);
    for (const [key, text] of Object.entries(version.files)) {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), text);
    }
    return folder;
  }

  /** From now on the site may show the version. */
  expect(version: SiteVersion): void {
    this.#versions.push(version);
  }

  start(inputs: Readonly<Record<string, string>>, runId = 1, runAttempt = 1): StepProcess {
    const given = { bucket: this.#bucket, "aws-region": this.aws.region, ...inputs };
    return startAction({ action: "s3-sync", inputs: given, aws: this.aws, runId, runAttempt });
  }

  /** Every object below the prefix of the site, but for s3-sync's own records. */
  async keys(): Promise<readonly string[]> {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client: this.s3 }, { Bucket: this.#bucket })) {
      keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
    }
    return keys.filter((key) => !key.startsWith(".s3-sync/"));
  }

  async wipe(): Promise<void> {
    for (const Key of await this.keys()) {
      await this.s3.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key }));
    }
  }

  /** What is wrong with the site, if it is to be the version: whole, with its headers, and nothing else but assets of earlier. */
  async faultsOf(version: SiteVersion): Promise<readonly string[]> {
    const wanted = Object.entries(version.manifest.site.files);
    const earlier = this.#versions.flatMap(({ manifest }) => Object.keys(manifest.site.files));
    const stays = new Set(earlier.filter((key) => key.startsWith("assets/")));
    const own = new Set([...wanted.map(([key]) => key), "config.json", "release.json"]);
    const foreign = (await this.keys()).filter((key) => !own.has(key) && !stays.has(key));
    const checks = wanted.map(async ([key, file]) => {
      const object = await this.#get(key);
      if (object === undefined) return [`${key} is missing`];
      const { text, contentType, cacheControl } = object;
      if (hash(text) !== file.sha256) return [`${key} has other content`];
      const same = contentType === file.contentType && cacheControl === file.cacheControl;
      return same ? [] : [`${key} has other headers: ${contentType}, ${cacheControl}`];
    });
    const config = JSON.stringify(JSON.parse((await this.#get("config.json"))?.text ?? "null"));
    return [
      ...(await Promise.all(checks)).flat(),
      ...foreign.map((key) => `${key} should be gone`),
      ...(config === version.config ? [] : [`config.json is ${config}`]),
    ];
  }

  /** Someone who looks at the site until the returned function is called, which says what they should not have seen. */
  visit(): { looked(): Promise<void>; stop(): Promise<readonly string[]> } {
    const visitor = new Visitor({ site: this.#site, data: ["config.json"], atMostSeconds: 300 });
    return {
      // The round under way may have begun before what is to be looked at.
      async looked() {
        const enough = visitor.rounds + 2;
        await until(() => visitor.rounds >= enough);
      },
      stop: async () => {
        const sights = await visitor.stop();
        // Before the first page is there, nobody is promised anything.
        const open = sights.findIndex(({ what, status }) => what === "page" && status === 200);
        const known = this.#versions.map(({ manifest }) => manifest);
        return findingsOf(open < 0 ? [] : sights.slice(open), known).map(({ text }) => text);
      },
    };
  }

  async close(): Promise<void> {
    this.s3.destroy();
    await this.aws.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #get(Key: string) {
    try {
      const object = await this.s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key }));
      return {
        text: (await object.Body?.transformToString()) ?? "",
        contentType: object.ContentType,
        cacheControl: object.CacheControl,
      };
    } catch (error) {
      if ((error as Error).name === "NoSuchKey") return undefined;
      throw error;
    }
  }
}
