import { type SiteFile, sha256 } from "../lib/bundle.ts";
import { ActionError } from "../lib/errors.ts";
import type { WantedSite } from "./plan.ts";
import type { Content, SiteSource } from "./site-source.ts";

export interface Wanted {
  readonly site: WantedSite;
  content(key: string): Promise<Content>;
}

/** The source, and beside it the files that are written per environment: `config.json` and `release.json`. */
export function wantedSite(source: SiteSource, config: string | null): Wanted {
  const generated = new Map<string, Uint8Array>();
  if (config !== null) generated.set("config.json", Buffer.from(config));
  if (source.release) {
    generated.set("release.json", Buffer.from(`${JSON.stringify(source.release, null, 2)}\n`));
  }
  const files = new Map<string, SiteFile>(source.files);
  for (const [key, bytes] of generated) {
    if (files.has(key)) {
      throw new ActionError("KeyClash", `${source.name} has a "${key}", which is written at deploy`, {
        hint: "take it out of the folder",
      });
    }
    const headers = { contentType: "application/json; charset=utf-8", cacheControl: "no-cache" };
    files.set(key, { sha256: sha256(bytes), bytes: bytes.length, ...headers });
  }
  return {
    site: { name: source.name, files, release: source.release?.id ?? null, config },
    content: async (key) => {
      const bytes = generated.get(key);
      return bytes === undefined ? source.content(key) : { bytes };
    },
  };
}
