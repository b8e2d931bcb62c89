import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Policy, parsePolicy } from "../../iam/policy.ts";
import { Journal } from "../../journal.ts";
import type { Checksum, ChecksumAlgorithm } from "../checksums/checksums.ts";
import { noSuchBucket } from "../protocol/errors.ts";
import { Bodies, type BodyPart } from "./bodies.ts";
import type { BucketConfiguration } from "./bucket-configuration.ts";
import { amazon, type Dialect, keyOrder } from "./dialect.ts";
import { SortedKeys } from "./sorted-keys.ts";

/** What a writer says about an object besides its bytes. */
export interface ObjectAttributes {
  /** Content-Type, Cache-Control …, by lower-case name; values as Node reads header bytes. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*`, without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ObjectRecord extends ObjectAttributes {
  readonly key: string;
  /** Without quotes. */
  readonly etag: string;
  readonly size: number;
  /** ISO 8601, whole seconds. */
  readonly modified: string;
  readonly parts: readonly BodyPart[];
  readonly checksum: Checksum | undefined;
  /** The multipart upload that made it: completing it again answers the same. */
  readonly uploadId?: string;
}

export interface UploadedPart {
  readonly number: number;
  readonly body: BodyPart;
  readonly etag: string;
  readonly modified: string;
  readonly checksum: Checksum;
}

interface Upload extends ObjectAttributes {
  readonly id: string;
  readonly key: string;
  readonly initiated: string;
  readonly checksumAlgorithm: ChecksumAlgorithm;
  readonly checksumType: Checksum["type"];
  /** False when S3 chose the algorithm. */
  readonly checksumAsked: boolean;
}

export interface OpenUpload extends Upload {
  readonly parts: Map<number, UploadedPart>;
}

type Entry =
  | { readonly op: "create"; readonly at: string }
  | { readonly op: "put"; readonly object: ObjectRecord }
  | { readonly op: "delete"; readonly key: string }
  | { readonly op: "tag"; readonly key: string; readonly tags: Readonly<Record<string, string>> }
  | { readonly op: "upload"; readonly upload: Upload }
  | { readonly op: "part"; readonly uploadId: string; readonly part: UploadedPart }
  | { readonly op: "abort"; readonly uploadId: string }
  | { readonly op: "configure"; readonly configuration: BucketConfiguration };

/** A journal is rewritten when this many of its lines, and at least half of them, are history. */
const historyLines = 10_000;

/** One bucket: its index in memory, in step with its journal on disk. Every change is in the journal before it is seen. */
export class Bucket {
  readonly name: string;
  readonly dialect: Dialect;
  readonly bodies: Bodies;
  createdAt = "";
  configuration: BucketConfiguration = {};
  readonly uploads = new Map<string, OpenUpload>();
  readonly #objects = new Map<string, ObjectRecord>();
  #keys: SortedKeys;
  #policy: Policy | undefined;
  readonly #journal: Journal<Entry>;
  #compactAt: number;
  #closed = false;
  /** Called with the key of every object that is deleted. */
  readonly deletions = new Set<(key: string) => void>();

  constructor(name: string, directory: string, dialect = amazon) {
    this.name = name;
    this.dialect = dialect;
    this.#journal = Journal.open<Entry>(join(directory, "journal.ndjson"), (entry) => this.#apply(entry));
    this.#keys = SortedKeys.of(this.#objects.keys(), keyOrder(dialect));
    this.#compactAt = historyLines + 2 * this.#objects.size;
    this.#usePolicy();
    this.bodies = new Bodies(join(directory, "objects"));
    this.bodies.sweep(this.#referenced());
  }

  /** Makes a bucket's folder, which is to be renamed to its place: a bucket exists with its first journal line. */
  static prepare(directory: string, at: string): void {
    const journal = Journal.open<Entry>(join(directory, "journal.ndjson"), () => {});
    journal.append({ op: "create", at });
    journal.close();
  }

  static isBucket(directory: string): boolean {
    return readdirSync(directory).includes("journal.ndjson");
  }

  get keys(): SortedKeys {
    return this.#keys;
  }

  get policy(): Policy | undefined {
    return this.#policy;
  }

  get(key: string): ObjectRecord | undefined {
    return this.#objects.get(key);
  }

  /** Creates or replaces an object; ends the multipart upload that it came from. */
  put(object: ObjectRecord): void {
    const replaced = this.#objects.get(object.key);
    const upload = object.uploadId === undefined ? undefined : this.uploads.get(object.uploadId);
    this.#write({ op: "put", object });
    this.#keys.add(object.key);
    if (replaced) this.bodies.remove(replaced.parts);
    const used = new Set(object.parts.map(({ file }) => file));
    const unused = [...(upload?.parts.values() ?? [])].map(({ body }) => body);
    this.bodies.remove(unused.filter(({ file }) => !used.has(file)));
  }

  /** False when there was none. */
  delete(key: string): boolean {
    const object = this.#objects.get(key);
    if (object === undefined) return false;
    this.#write({ op: "delete", key });
    this.#keys.delete(key);
    this.bodies.remove(object.parts);
    for (const listener of this.deletions) listener(key);
    return true;
  }

  /** Changes the tags of an object that exists, and nothing else about it. */
  setTags(key: string, tags: Readonly<Record<string, string>>): void {
    this.#write({ op: "tag", key, tags });
  }

  openUpload(upload: Upload): void {
    this.#write({ op: "upload", upload });
  }

  putPart(uploadId: string, part: UploadedPart): void {
    const replaced = this.uploads.get(uploadId)?.parts.get(part.number);
    this.#write({ op: "part", uploadId, part });
    if (replaced) this.bodies.remove([replaced.body]);
  }

  abortUpload(upload: OpenUpload): void {
    this.#write({ op: "abort", uploadId: upload.id });
    this.bodies.remove([...upload.parts.values()].map(({ body }) => body));
  }

  configure(change: Partial<BucketConfiguration>): void {
    this.#write({ op: "configure", configuration: { ...this.configuration, ...change } });
    this.#usePolicy();
  }

  close(): void {
    this.#closed = true;
    this.#journal.close();
  }

  #write(entry: Entry): void {
    // The bucket may have been deleted while a body was still arriving.
    if (this.#closed) throw noSuchBucket(this.name);
    this.#journal.append(entry);
    this.#apply(entry);
    if (this.#journal.lines > this.#compactAt) this.#compact();
  }

  #compact(): void {
    try {
      this.#journal.compact(this.#snapshot());
    } catch {
      // The change itself is safe in the long journal; compacting is tried again when that has doubled.
    }
    this.#compactAt = historyLines + 2 * this.#journal.lines;
  }

  #apply(entry: Entry): void {
    switch (entry.op) {
      case "create":
        this.createdAt = entry.at;
        return;
      case "put":
        this.#objects.set(entry.object.key, entry.object);
        if (entry.object.uploadId !== undefined) this.uploads.delete(entry.object.uploadId);
        return;
      case "delete":
        this.#objects.delete(entry.key);
        return;
      case "tag": {
        const object = this.#objects.get(entry.key);
        if (object) this.#objects.set(entry.key, { ...object, tags: entry.tags });
        return;
      }
      case "upload":
        this.uploads.set(entry.upload.id, { ...entry.upload, parts: new Map() });
        return;
      case "part":
        this.uploads.get(entry.uploadId)?.parts.set(entry.part.number, entry.part);
        return;
      case "abort":
        this.uploads.delete(entry.uploadId);
        return;
      case "configure":
        this.configuration = entry.configuration;
    }
  }

  *#snapshot(): Generator<Entry> {
    yield { op: "create", at: this.createdAt };
    yield { op: "configure", configuration: this.configuration };
    for (const object of this.#objects.values()) yield { op: "put", object };
    for (const { parts, ...upload } of this.uploads.values()) {
      yield { op: "upload", upload };
      for (const part of parts.values()) yield { op: "part", uploadId: upload.id, part };
    }
  }

  #referenced(): Set<string> {
    const files = new Set<string>();
    for (const { parts } of this.#objects.values()) for (const { file } of parts) files.add(file);
    for (const { parts } of this.uploads.values())
      for (const { body } of parts.values()) files.add(body.file);
    return files;
  }

  #usePolicy(): void {
    const { policy } = this.configuration;
    this.#policy = policy === undefined ? undefined : parsePolicy(JSON.parse(policy));
  }
}
