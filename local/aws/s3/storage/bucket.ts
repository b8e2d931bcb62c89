import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type Policy, parsePolicy } from "../../iam/policy.ts";
import { Journal } from "../../journal.ts";
import type { Checksum, ChecksumAlgorithm } from "../checksums/checksums.ts";
import { noSuchBucket } from "../protocol/errors.ts";
import { Bodies, type BodyPart } from "./bodies.ts";
import type { BucketConfiguration } from "./bucket-configuration.ts";
import { amazon, type Dialect, keyOrder } from "./dialect.ts";
import type { ObjectAttributes, ObjectRecord } from "./object-record.ts";
import { SortedKeys } from "./sorted-keys.ts";
import { type DeleteMarker, idOf, type Version, Versions } from "./versions.ts";

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
  | { readonly op: "marker"; readonly marker: DeleteMarker }
  | { readonly op: "version"; readonly version: Version }
  | { readonly op: "unversion"; readonly key: string; readonly versionId?: string }
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
  readonly #versions = new Versions();
  /** What the last change took out for good. */
  #removed: ObjectRecord[] = [];
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
    // What the journal took out long ago; the sweep below finds what is left of it.
    this.#removed = [];
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

  /** Every version of a key, newest first, and whether it is the latest. */
  *versionsOf(key: string): Generator<{ readonly version: Version; readonly isLatest: boolean }> {
    const object = this.#objects.get(key);
    if (object) yield { version: { kind: "object", object }, isLatest: true };
    for (const [index, version] of this.#versions.of(key).entries()) {
      yield { version, isLatest: object === undefined && index === 0 };
    }
  }

  /** Keys that have any version, in the order of listings. */
  versionedKeys(): SortedKeys {
    return SortedKeys.of(
      new Set([...this.#objects.keys(), ...this.#versions.keys()]),
      keyOrder(this.dialect),
    );
  }

  get isVersioned(): boolean {
    return this.configuration.versioning !== undefined;
  }

  get isEmpty(): boolean {
    return this.#objects.size === 0 && [...this.#versions.keys()].length === 0;
  }

  /**
   * Creates or replaces an object, or makes it the latest version; ends the multipart upload that it came from. Returns it with
   * its version.
   */
  put(given: ObjectRecord): ObjectRecord {
    const object = { ...given, ...this.#newVersion() };
    const upload = object.uploadId === undefined ? undefined : this.uploads.get(object.uploadId);
    this.#write({ op: "put", object });
    this.#keys.add(object.key);
    this.#dropBodies();
    const used = new Set(object.parts.map(({ file }) => file));
    const unused = [...(upload?.parts.values() ?? [])].map(({ body }) => body);
    this.bodies.remove(unused.filter(({ file }) => !used.has(file)));
    return object;
  }

  /**
   * Deletes an object for good, or, with versioning, puts a marker on top of its versions: also where there is none. Returns
   * that marker.
   */
  remove(key: string, now: string): DeleteMarker | undefined {
    if (!this.isVersioned) {
      this.delete(key);
      return undefined;
    }
    const marker = { key, modified: now, ...this.#newVersion() };
    this.#write({ op: "marker", marker });
    this.#keys.delete(key);
    this.#dropBodies();
    for (const listener of this.deletions) listener(key);
    return marker;
  }

  /** Deletes one version for good; the one before it is the latest then. Returns what it was, undefined where there is none. */
  removeVersion(key: string, versionId: string | undefined): Version | undefined {
    const found = [...this.versionsOf(key)].find(({ version }) => idOf(version) === versionId)?.version;
    if (found === undefined) return undefined;
    this.#write({ op: "unversion", key, ...(versionId === undefined ? {} : { versionId }) });
    if (this.#objects.has(key)) this.#keys.add(key);
    else this.#keys.delete(key);
    this.#dropBodies();
    for (const listener of this.deletions) listener(key);
    return found;
  }

  #newVersion(): { readonly versionId?: string } {
    return this.configuration.versioning === "Enabled"
      ? { versionId: randomBytes(24).toString("base64url") }
      : {};
  }

  #dropBodies(): void {
    for (const { parts } of this.#removed.splice(0)) this.bodies.remove(parts);
  }

  /** False when there was none. */
  delete(key: string): boolean {
    const object = this.#objects.get(key);
    if (object === undefined) return false;
    this.#write({ op: "delete", key });
    this.#keys.delete(key);
    this.#dropBodies();
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
        this.#supersede(entry.object.key, entry.object.versionId);
        this.#objects.set(entry.object.key, entry.object);
        if (entry.object.uploadId !== undefined) this.uploads.delete(entry.object.uploadId);
        return;
      case "delete": {
        const object = this.#objects.get(entry.key);
        if (object) this.#removed.push(object);
        this.#objects.delete(entry.key);
        return;
      }
      case "marker": {
        const { marker } = entry;
        this.#supersede(marker.key, marker.versionId);
        this.#versions.add(marker.key, { kind: "marker", marker });
        return;
      }
      case "version": {
        const { version } = entry;
        this.#versions.add(version.kind === "object" ? version.object.key : version.marker.key, version);
        return;
      }
      case "unversion":
        this.#unversion(entry.key, entry.versionId);
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

  /** Makes room for a new latest version: what was the latest stays below it, but there is only one version "null". */
  #supersede(key: string, versionId: string | undefined): void {
    const current = this.#objects.get(key);
    this.#objects.delete(key);
    if (current && this.isVersioned && current.versionId !== versionId) {
      this.#versions.add(key, { kind: "object", object: current });
    } else if (current) this.#removed.push(current);
    if (versionId !== undefined) return;
    const older = this.#versions.take(key, undefined);
    if (older?.kind === "object") this.#removed.push(older.object);
  }

  #unversion(key: string, versionId: string | undefined): void {
    const current = this.#objects.get(key);
    if (current && current.versionId === versionId) {
      this.#removed.push(current);
      this.#objects.delete(key);
    } else {
      const version = this.#versions.take(key, versionId);
      if (version?.kind === "object") this.#removed.push(version.object);
      if (current) return;
    }
    const [latest] = this.#versions.of(key);
    if (latest?.kind !== "object") return;
    this.#versions.take(key, latest.object.versionId);
    this.#objects.set(key, latest.object);
  }

  *#snapshot(): Generator<Entry> {
    yield { op: "create", at: this.createdAt };
    yield { op: "configure", configuration: this.configuration };
    for (const version of this.#versions.all()) yield { op: "version", version };
    for (const object of this.#objects.values()) yield { op: "put", object };
    for (const { parts, ...upload } of this.uploads.values()) {
      yield { op: "upload", upload };
      for (const part of parts.values()) yield { op: "part", uploadId: upload.id, part };
    }
  }

  #referenced(): Set<string> {
    const files = new Set<string>();
    for (const { parts } of this.#objects.values()) for (const { file } of parts) files.add(file);
    for (const version of this.#versions.all()) {
      if (version.kind === "object") for (const { file } of version.object.parts) files.add(file);
    }
    for (const { parts } of this.uploads.values())
      for (const { body } of parts.values()) files.add(body.file);
    return files;
  }

  #usePolicy(): void {
    const { policy } = this.configuration;
    this.#policy = policy === undefined ? undefined : parsePolicy(JSON.parse(policy));
  }
}
