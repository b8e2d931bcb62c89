import { createHash } from "node:crypto";
import type { SiteFile } from "../../../pipeline/bundle/manifest.ts";
import { cacheControl, contentType } from "../../../pipeline/bundle/site-headers.ts";
import type { WholeManifest } from "../../../pipeline/bundle/whole-manifest-fixture.ts";

/** One of many versions of a small site: everything that can differ between two versions does. */
export interface SiteVersion {
  readonly number: number;
  readonly files: Readonly<Record<string, string>>;
  /** As a release; its headers are those that the version is to be served with. */
  readonly manifest: WholeManifest;
  /** Input `config`. */
  readonly config: string;
  /** Input `cache-control`, for a version that is no release. */
  readonly cacheRules: string;
}

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function siteVersion(number: number): SiteVersion {
  const named = (stem: string, extension: string, text: string): [string, string] => [
    `assets/${stem}-${hash(text).slice(0, 8)}.${extension}`,
    text,
  ];
  const [script, scriptText] = named("app", "js", `show(${number});`);
  const [style, styleText] = named("style", "css", `body { order: ${number} }`);
  const files = {
    "index.html": `<!doctype html><link rel="stylesheet" href="./${style}"><script type="module" src="./${script}"></script><img src="./icon.svg">`,
    [script]: scriptText,
    [style]: styleText,
    // Of one size, so that only the content tells them apart.
    "robots.txt": `# ${String(number).padStart(8, "0")}\n`,
    "about.html": `<!doctype html><p>${number}</p>`,
    // Comes with one version and goes with the next.
    [`docs/page-${number}.html`]: `<!doctype html><p>${number}</p>`,
    "same.html": "<!doctype html><p>always</p>",
    // Only its header differs.
    "icon.svg": "<svg/>",
  };
  const maxAge = `public, max-age=${1000 + number}`;
  const site = Object.entries(files).map(([key, text]): [string, SiteFile] => [
    key,
    {
      sha256: hash(text),
      bytes: Buffer.byteLength(text),
      contentType: contentType(key),
      cacheControl: key === "icon.svg" ? maxAge : cacheControl(key),
    },
  ]);
  const commit = hash(`commit ${number}`).slice(0, 40);
  return {
    number,
    files,
    config: JSON.stringify({ api: `http://api/${number}` }),
    cacheRules: `icon.svg  ${maxAge}`,
    manifest: {
      schema: 1,
      id: `20261123T160507Z-${commit.slice(0, 7)}`,
      commit,
      committedAt: "2026-11-23T16:05:07Z",
      api: { version: "0123456789ab", sha256: hash("api"), bytes: 1, node: "24" },
      site: { files: Object.fromEntries(site) },
      migrations: [],
    },
  };
}
