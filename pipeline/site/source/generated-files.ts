import { type Redirect, redirectingFile } from "../../bundle/redirects.ts";
import { cacheControl, contentType } from "../../bundle/site-headers.ts";
import { ActionError } from "../../kit/errors.ts";
import { sha256 } from "../../kit/sha256.ts";
import type { ServedFile } from "../plan/served-file.ts";
import type { WantedSite } from "../plan/wanted-site.ts";
import type { Content, SiteSource } from "./site-source.ts";

/** A site as the bucket should hold it, and the bytes of its files. */
export interface Wanted {
  readonly site: WantedSite;
  content(key: string, file: ServedFile): Content;
}

/** What the files of a site are made of, beside those that were built. */
export interface GeneratedFiles {
  /** Text of config.json; null for a site without one. */
  readonly config: string | null;
  /** Whether the site of a release says which it is, in release.json; absent, it does. */
  readonly releaseJson?: boolean;
  readonly redirects?: readonly Redirect[];
}

/** The source, and beside it what is not built: redirects, `config.json` and `release.json`. */
export function withGeneratedFiles(
  source: SiteSource,
  { config, releaseJson = true, redirects = [] }: GeneratedFiles,
  prefix: string,
): Wanted {
  const generated = new Map<string, Uint8Array>();
  const written = new Map<string, Uint8Array>();
  if (config !== null) written.set("config.json", Buffer.from(config));
  if (source.release && releaseJson) {
    written.set("release.json", Buffer.from(`${JSON.stringify(source.release, null, 2)}\n`));
  }
  const files: Map<string, ServedFile> = source.files();
  const add = (key: string, file: ServedFile, why: string): void => {
    if (files.has(key)) {
      throw new ActionError("KeyClash", `${source.name} has a "${key}", ${why}`, {
        hint: "take it out of the folder",
      });
    }
    files.set(key, file);
  };
  for (const redirect of redirects) {
    add(redirect.key, redirectingFile(redirect), `which the input \`redirects\` sends to "${redirect.to}"`);
    generated.set(redirect.key, new Uint8Array());
  }
  for (const [key, bytes] of written) {
    const headers = { contentType: contentType(key), cacheControl: cacheControl(key) };
    add(key, { sha256: sha256(bytes), bytes: bytes.length, ...headers }, "which is written at deploy");
    generated.set(key, bytes);
  }
  return {
    site: {
      name: source.name,
      prefix,
      files,
      release: source.release?.id ?? null,
      config,
      ...(source.isAdopted && { isAdopted: true }),
    },
    content: (key, file) => {
      const bytes = generated.get(key);
      return bytes === undefined ? source.content(key, file) : { read: () => bytes };
    },
  };
}
