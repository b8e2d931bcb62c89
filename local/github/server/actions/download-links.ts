import { randomBytes } from "node:crypto";

const lifetimeMs = 60_000;

/** Short-lived addresses of artifacts, which need no token: what the REST API redirects downloads to. */
export class DownloadLinks {
  readonly #server: string;
  readonly #now: () => Date;
  readonly #links = new Map<string, { readonly artifact: number; readonly until: number }>();

  constructor(server: string, now: () => Date) {
    this.#server = server;
    this.#now = now;
  }

  make(artifact: number): string {
    const now = this.#now().getTime();
    for (const [key, { until }] of this.#links) if (until < now) this.#links.delete(key);
    const key = randomBytes(24).toString("hex");
    this.#links.set(key, { artifact, until: now + lifetimeMs });
    return `${this.#server}/_services/artifacts/${key}.zip`;
  }

  /** The artifact behind the address; undefined when it was never given out or is too old. */
  artifact(key: string): number | undefined {
    const link = this.#links.get(key);
    return link === undefined || link.until < this.#now().getTime() ? undefined : link.artifact;
  }
}
