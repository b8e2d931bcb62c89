import { createHash, hash } from "node:crypto";
import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { headersByRule } from "../../../../pipeline/bundle/header-rules.ts";

export const sets = ["100", "2000", "10000", "large"] as const;
export type SetName = (typeof sets)[number];

/** A file as a visitor should get it. */
export interface ExpectedFile {
  readonly sha256: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

export type ExpectedSite = ReadonlyMap<string, ExpectedFile>;

/** 1; 2 has one more line in one file; 3 has another file, too, with other bytes of the same length. */
export type Version = 1 | 2 | 3;

const smallBytes = 10 * 1024;
const largeBytes = 16 * 1024 * 1024;
const largeFiles = 20;

/** A site of one size in a folder, in three versions that differ in one file each. */
export class BenchSite {
  readonly folder: string;
  readonly #files = new Map<string, { readonly sha256: string; readonly bytes: number }>();
  readonly #grown: string;
  readonly #edited: string;
  readonly #headers = headersByRule([]);

  constructor(set: SetName, folder: string) {
    this.folder = folder;
    rmSync(folder, { recursive: true, force: true });
    const isLarge = set === "large";
    const count = isLarge ? largeFiles : Number(set);
    const assetFolders = Math.max(1, Math.min(100, Math.floor(count / 20)));
    const pages = Math.ceil(count / 20);
    for (let index = 0; index < count; index += 1) {
      const bytes = isLarge ? largeBytes : smallBytes;
      const content = contentOf(`file ${index}`, bytes);
      const key = isLarge
        ? `media/clip-${index}.mp4`
        : index === 0
          ? "index.html"
          : index < pages
            ? `pages/${index}/index.html`
            : `assets/${index % assetFolders}/part-${index}-${hash("sha256", content).slice(0, 12)}.${extensions[index % 4]}`;
      this.#write(key, content);
    }
    // The action wants an entry page; so do visitors.
    if (isLarge) this.#write("index.html", contentOf("page", smallBytes));
    this.#grown = isLarge ? "media/clip-3.mp4" : "index.html";
    this.#edited = isLarge ? "media/clip-7.mp4" : "pages/1/index.html";
  }

  get count(): number {
    return this.#files.size;
  }

  /** Gives the folder this version, and all of its files this date. */
  become(version: Version, date: Date): ExpectedSite {
    const { bytes } = this.#files.get(this.#edited) as { bytes: number };
    const original = Number(/\d+/.exec(this.#edited)?.[0] ?? 0);
    this.#write(this.#edited, contentOf(version === 3 ? "other" : `file ${original}`, bytes));
    const grown = this.#grown === "index.html" ? "file 0" : "file 3";
    const size = this.#grown === "index.html" ? smallBytes : largeBytes;
    this.#write(this.#grown, contentOf(grown, size + (version === 1 ? 0 : 20)));
    for (const key of this.#files.keys()) utimesSync(join(this.folder, key), date, date);
    return this.expected();
  }

  expected(): ExpectedSite {
    return new Map([...this.#files].map(([key, { sha256 }]) => [key, { sha256, ...this.#headers(key) }]));
  }

  #write(key: string, content: Buffer): void {
    const path = join(this.folder, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    this.#files.set(key, { sha256: hash("sha256", content), bytes: content.length });
  }
}

const extensions = ["js", "css", "svg", "png"];

/** Noise, so that nothing along the way can compress it; the same for the same name. */
const noise = Buffer.concat(
  Array.from({ length: 4096 }, (_, index) => createHash("sha256").update(`noise ${index}`).digest()),
);

function contentOf(name: string, bytes: number): Buffer {
  const seed = createHash("sha256").update(name).digest();
  const content = Buffer.alloc(bytes);
  seed.copy(content);
  for (let at = seed.length, turn = 0; at < bytes; turn += 1) {
    at += noise.copy(content, at, seed.readUInt16BE(turn % 31) % 1024);
  }
  return content;
}
