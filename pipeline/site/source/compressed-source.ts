import { readFileSync } from "node:fs";
import { compressedBeside, type Precompression } from "../../bundle/precompressed.ts";
import type { SiteSource } from "./site-source.ts";

/** The source, with what lies compressed beside its files; what the source has under such a name stays as it is. */
export function withCompressedFiles(source: SiteSource, into: readonly Precompression[]): SiteSource {
  if (into.length === 0) return source;
  const files = source.files();
  const made = new Map<string, Uint8Array>();
  for (const [key, file] of [...files]) {
    for (const beside of compressedBeside(key, file, () => bytesOf(source, key, file), into)) {
      if (files.has(beside.key)) continue;
      files.set(beside.key, beside.served);
      made.set(beside.key, beside.content);
    }
  }
  return {
    ...source,
    files: () => new Map(files),
    content: (key, file) => {
      const bytes = made.get(key);
      return bytes === undefined ? source.content(key, file) : { read: () => bytes };
    },
  };
}

function bytesOf(source: SiteSource, ...[key, file]: Parameters<SiteSource["content"]>): Uint8Array {
  const content = source.content(key, file);
  if ("read" in content) return content.read();
  if ("path" in content) return readFileSync(content.path);
  throw new Error(`"${key}" is not on this machine`);
}
