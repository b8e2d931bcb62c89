import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Manifest, SiteFile } from "../../../../pipeline/bundle/manifest.ts";
import { systemClock } from "../../../../pipeline/kit/clock.ts";
import { formatHandle, keys } from "../../../../pipeline/releases/store/keys.ts";
import { appendEntry } from "../../../../pipeline/releases/store/ledger.ts";
import { acquireLock } from "../../../../pipeline/releases/store/lock.ts";
import { rawBytes, sendRaw } from "../servers/raw-requests.ts";
import type { Servers } from "../servers/servers.ts";
import type { BenchSite } from "./site.ts";

const bucket = "artifacts";
const run = { id: 1, attempt: 1, url: "http://127.0.0.1/runs/1" };

/** A release store with releases of the bench's site, each made live by an attempt of its own. */
export class ReleaseStore {
  readonly #servers: Servers;
  #attempts = 0;

  constructor(servers: Servers) {
    this.#servers = servers;
  }

  /** Stores the site as it is in its folder now. */
  async store(id: string, site: BenchSite): Promise<void> {
    await this.#servers.provision(bucket);
    const files: Record<string, SiteFile> = {};
    const blobs: Buffer[] = [];
    for (const [key, file] of site.expected()) {
      const body = readFileSync(join(site.folder, key));
      files[key] = { ...file, bytes: body.length };
      blobs.push(
        rawBytes(this.#servers, { method: "PUT", path: `${bucket}/${keys.blob(file.sha256)}`, body }),
      );
    }
    await sendRaw(this.#servers, blobs, 16, (_, { status }) => {
      if (status !== 200) throw new Error(`the stand-in answered a blob with ${status}`);
    });
    const manifest: Manifest = {
      schema: 1,
      id,
      commit: "0".repeat(40),
      committedAt: new Date().toISOString(),
      api: { version: "0123456789ab", sha256: "0".repeat(64), bytes: 1, node: "24" },
      site: { files },
      migrations: [],
    };
    await this.#servers.s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: keys.manifest(id), Body: JSON.stringify(manifest) }),
    );
  }

  /** Begins an attempt to make the release live in an environment; returns the handle that the action is given. */
  async begin(environment: string, releaseId: string): Promise<string> {
    const store = { s3: this.#servers.s3, bucket };
    const { token } = await acquireLock(store, environment, {
      by: "bench",
      operation: "rollback",
      run,
      waitSeconds: 0,
      clock: systemClock,
      signal: new AbortController().signal,
      onWait: () => {},
    });
    this.#attempts += 1;
    const seq = this.#attempts;
    await appendEntry(store, environment, seq, "begin", {
      schema: 1,
      seq,
      kind: "rollback",
      releaseId,
      commit: "0".repeat(40),
      apiVersion: "0123456789ab",
      subject: "",
      live: null,
      goesBackTo: null,
      by: "bench",
      run,
      lock: token,
      reason: "bench",
      at: new Date().toISOString(),
      previous: null,
    });
    return formatHandle({ bucket, environment, seq });
  }
}
