import { hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { rawBytes, sendRaw } from "../servers/raw-requests.ts";
import type { Servers } from "../servers/servers.ts";
import type { ExpectedFile, ExpectedSite } from "./site.ts";

/** How a bucket differs from what it should hold. */
export interface Difference {
  /** Keys with other bytes, without an object, or that should not be there. */
  readonly content: readonly string[];
  /** Keys whose media type is another one. */
  readonly types: readonly string[];
  /** Keys whose Cache-Control is not what pages and content-named files need. */
  readonly caching: readonly string[];
}

/** One bucket, as it is looked at after every sync. */
export class CheckedBucket {
  readonly name: string;
  readonly #servers: Servers;
  /** What was read of each object, by its version. */
  #seen = new Map<string, ExpectedFile>();

  constructor(name: string, servers: Servers) {
    this.name = name;
    this.#servers = servers;
  }

  /** Lists the bucket and reads every object that is not as it was at the last look. */
  async compare(expected: ExpectedSite): Promise<Difference> {
    const versions = await this.#list();
    const unread = [...versions].filter(([, version]) => !this.#seen.has(version));
    const seen = new Map([...versions].map(([, version]) => [version, this.#seen.get(version)] as const));
    const requests = unread.map(([key]) =>
      rawBytes(this.#servers, { method: "GET", path: `${this.name}/${key}` }),
    );
    await sendRaw(this.#servers, requests, 16, (index, { headers, body }) => {
      const [, version] = unread[index] as [string, string];
      seen.set(version, {
        sha256: hash("sha256", body),
        contentType: headers.get("content-type") ?? "",
        cacheControl: headers.get("cache-control") ?? "",
      });
    });
    this.#seen = seen as Map<string, ExpectedFile>;
    const found = new Map([...versions].map(([key, version]) => [key, this.#seen.get(version)] as const));
    const differing = (same: (found: ExpectedFile, wanted: ExpectedFile) => boolean): string[] =>
      [...expected].flatMap(([key, wanted]) => {
        const object = found.get(key);
        return object !== undefined && same(object, wanted) ? [] : [key];
      });
    const foreign = [...found.keys()].filter((key) => !expected.has(key));
    return {
      content: [...differing((one, other) => one.sha256 === other.sha256), ...foreign],
      types: differing((one, other) => mediaType(one.contentType) === mediaType(other.contentType)),
      caching: differing((one, other) => one.cacheControl === other.cacheControl),
    };
  }

  /** Puts right what a tool left wrong, so that the next one of its syncs begins as it should. */
  async repair(keys: readonly string[], folder: string, expected: ExpectedSite): Promise<void> {
    for (const key of keys) {
      const Body = createReadStream(join(folder, key));
      const ContentType = expected.get(key)?.contentType;
      await this.#servers.s3.send(new PutObjectCommand({ Bucket: this.name, Key: key, Body, ContentType }));
    }
  }

  async remove(): Promise<void> {
    const { s3 } = this.#servers;
    const keys = [...(await this.#list()).keys()];
    for (let at = 0; at < keys.length; at += 1000) {
      const Objects = keys.slice(at, at + 1000).map((Key) => ({ Key }));
      await s3.send(new DeleteObjectsCommand({ Bucket: this.name, Delete: { Objects, Quiet: true } }));
    }
    await s3.send(new DeleteBucketCommand({ Bucket: this.name }));
  }

  /** By key: what tells this version of the object from others. */
  async #list(): Promise<Map<string, string>> {
    const versions = new Map<string, string>();
    let token: string | undefined;
    do {
      const page = await this.#servers.s3.send(
        new ListObjectsV2Command({ Bucket: this.name, ContinuationToken: token }),
      );
      for (const { Key = "", ETag = "", LastModified } of page.Contents ?? []) {
        versions.set(Key, `${Key} ${ETag} ${LastModified?.getTime()}`);
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return versions;
  }
}

/** Browsers take either type of JavaScript, and treat a text without charset as the page that it belongs to. */
function mediaType(contentType: string): string {
  const [type = ""] = contentType.split(";");
  return type.trim().toLowerCase().replace("application/javascript", "text/javascript");
}
