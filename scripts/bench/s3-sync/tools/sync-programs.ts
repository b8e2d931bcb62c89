import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Servers } from "../servers/servers.ts";
import type { CheckedBucket } from "../site/bucket-check.ts";
import { ReleaseStore } from "../site/release-store.ts";
import type { BenchSite, Version } from "../site/site.ts";
import type { Sync, Tool } from "./tool.ts";
import { actionProgram } from "./tools.ts";
import type { Program } from "./watch-process.ts";

/** The command lines of syncs of one site, and the releases that some of them are given. */
export class SyncPrograms {
  readonly #servers: Servers;
  readonly #site: BenchSite;
  readonly #folder: string;
  readonly #releases: ReleaseStore;
  readonly #stored = new Set<Version>();

  constructor(servers: Servers, site: BenchSite, folder: string) {
    this.#servers = servers;
    this.#site = site;
    this.#folder = folder;
    this.#releases = new ReleaseStore(servers);
  }

  /** The tool as it is called; one of releases is given the one of version 1. */
  async of(tool: Tool, bucket: CheckedBucket, rttMs: number): Promise<Program> {
    const sync = this.#syncOf(tool.name, bucket, rttMs);
    if (tool.environment === undefined) return tool.program(sync);
    return tool.program(sync, await this.#releases.begin(tool.environment, releaseId(1)));
  }

  /** The action, as a tier of the release of a version. */
  async ofRelease(bucket: CheckedBucket, version: Version, rttMs: number): Promise<Program> {
    const release = await this.#releases.begin("bench", releaseId(version));
    return actionProgram(this.#syncOf("s3-sync", bucket, rttMs), { release, bucket: bucket.name });
  }

  /** Gives the folder this version, and the release store its release. */
  async store(version: Version): Promise<void> {
    this.#site.become(version, new Date());
    if (this.#stored.has(version)) return;
    await this.#releases.store(releaseId(version), this.#site);
    this.#stored.add(version);
  }

  #syncOf(tool: string, bucket: CheckedBucket, rttMs: number): Sync {
    const home = join(this.#folder, "home", tool.replaceAll(/\W+/g, "-"));
    mkdirSync(home, { recursive: true });
    const { region, credentials } = this.#servers;
    const endpoint = `http://127.0.0.1:${this.#servers.portAt(rttMs)}`;
    return { folder: this.#site.folder, bucket: bucket.name, endpoint, region, credentials, home };
  }
}

function releaseId(version: Version): string {
  return `20260101T00000${version}Z-000000${version}`;
}
