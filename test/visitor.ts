import { createHash } from "node:crypto";
import { get, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** Part of a manifest: what a release's files are. */
export interface KnownRelease {
  readonly id: string;
  readonly site: { readonly files: Readonly<Record<string, { readonly sha256: string }>> };
}

export interface VisitorOptions {
  /** Address of the entry page's folder: http://127.0.0.1:PORT or below it. */
  readonly site: string;
  /** Base address of the API; without it nobody asks the API. */
  readonly api?: string;
  /** Paths that are asked of the API in every round. */
  readonly apiPaths?: readonly string[];
  /** Files besides the page and what it refers to. */
  readonly data?: readonly string[];
  readonly pauseMs?: number;
  /** The visitor goes away by itself after this time. */
  readonly atMostSeconds?: number;
}

/** One distinct thing that a visitor met. */
export interface Sight {
  /** `tab`: an asset that a page of earlier asks for, long after it was loaded. */
  readonly what: "page" | "asset" | "tab" | "data" | "api";
  /** Relative to the site or to the API. */
  readonly path: string;
  /** HTTP status; 0 where the connection failed. */
  readonly status: number;
  readonly sha256: string;
  /** Hash of the page that refers to it. */
  readonly page?: string;
  /** When it was first seen; ISO 8601. */
  readonly at: string;
}

export interface Finding {
  readonly kind: "failed" | "mixed" | "unknown";
  readonly what: Sight["what"];
  readonly text: string;
}

const references = /<(?:script|link|img)\b[^>]*?\b(?:src|href)="([^"#?]+)/g;

/** Loads a site's page, and all that the page refers to, again and again, as browsers do. */
export class Visitor {
  readonly #options: Required<Omit<VisitorOptions, "api">> & Pick<VisitorOptions, "api">;
  readonly #sights = new Map<string, Sight>();
  /** What every page that was ever seen refers to, by the hash of the page. */
  readonly #tabs = new Map<string, readonly string[]>();
  readonly #stopping = new AbortController();
  readonly #ended: Promise<void>;
  #rounds = 0;

  constructor(options: VisitorOptions) {
    this.#options = {
      apiPaths: ["/version"],
      data: ["config.json", "release.json"],
      pauseMs: 20,
      atMostSeconds: 600,
      ...options,
    };
    this.#ended = this.#visit();
  }

  /** How often the page was loaded. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Goes away when the round under way has ended, and at least one whole round was made; says what was seen, oldest first. */
  async stop(): Promise<readonly Sight[]> {
    this.#stopping.abort();
    await this.#ended;
    return [...this.#sights.values()];
  }

  async #visit(): Promise<void> {
    const end = performance.now() + this.#options.atMostSeconds * 1000;
    do {
      await this.#round();
      this.#rounds += 1;
      await sleep(this.#options.pauseMs, undefined, { signal: this.#stopping.signal, ref: false }).catch(
        () => {},
      );
    } while (!this.#stopping.signal.aborted && performance.now() < end);
  }

  async #round(): Promise<void> {
    const { site, api, apiPaths, data } = this.#options;
    const page = await this.#load("page", site, "");
    if (page.status === 200) {
      const found = [...page.text.matchAll(references)].map(([, path = ""]) => path.replace(/^\.?\//, ""));
      const local = [...new Set(found)].filter((path) => !path.includes(":"));
      this.#tabs.set(page.sha256, local);
      await Promise.all(local.map((path) => this.#load("asset", site, path, page.sha256)));
    }
    const tabs = [...this.#tabs].filter(([sha256]) => sha256 !== page.sha256);
    const tab = tabs[this.#rounds % Math.max(1, tabs.length)];
    await Promise.all([
      ...data.map((path) => this.#load("data", site, path)),
      ...(tab === undefined ? [] : tab[1].map((path) => this.#load("tab", site, path, tab[0]))),
      ...(api === undefined ? [] : apiPaths.map((path) => this.#load("api", api, path.replace(/^\//, "")))),
    ]);
  }

  async #load(what: Sight["what"], base: string, path: string, page?: string) {
    const at = new Date().toISOString();
    const { status, body } = await load(`${base.replace(/\/$/, "")}/${path}`);
    // What an API answers is different each time.
    const sha256 = what === "api" ? "" : createHash("sha256").update(body).digest("hex");
    const key = [what, path, status, sha256, page].join(" ");
    if (!this.#sights.has(key)) {
      this.#sights.set(key, { what, path, status, sha256, ...(page === undefined ? {} : { page }), at });
    }
    return { status, sha256, text: body.toString("utf8") };
  }
}

/**
 * What a visitor must never meet, in the order in which it was met: `failed` requests; `mixed` content, an asset with other
 * bytes than a release has that the page belongs to; `unknown` pages, which are no release's.
 */
export function findingsOf(
  sights: readonly Sight[],
  releases: readonly KnownRelease[],
  entry = "index.html",
): readonly Finding[] {
  return sights.flatMap(({ what, path, status, sha256, page, at }) => {
    const finding = (kind: Finding["kind"], text: string): Finding[] => [
      { kind, what, text: `${at} ${what} /${path} ${text}` },
    ];
    if (status !== 200) return finding("failed", status === 0 ? "got no answer" : `was answered ${status}`);
    const pageHash = what === "page" ? sha256 : page;
    if (pageHash === undefined) return [];
    const owners = releases.filter(({ site }) => site.files[entry]?.sha256 === pageHash);
    if (what === "page") return owners.length > 0 ? [] : finding("unknown", "is of no known release");
    if (owners.length === 0 || owners.some(({ site }) => site.files[path]?.sha256 === sha256)) return [];
    return finding("mixed", `is not the one of release ${owners.map(({ id }) => id).join(" or ")}`);
  });
}

/** One GET over a connection of its own, so that no failure is a kept connection's. */
function load(url: string): Promise<{ readonly status: number; readonly body: Buffer }> {
  return new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, timeout: 30_000 }, resolve)
      .once("timeout", function (this: { destroy(error: Error): void }) {
        this.destroy(new Error("timed out"));
      })
      .once("error", reject);
  })
    .then(async (answer) => ({ status: answer.statusCode ?? 0, body: await buffer(answer) }))
    .catch(() => ({ status: 0, body: Buffer.alloc(0) }));
}
