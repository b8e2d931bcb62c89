import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";

/** Unpacks a zip file into a folder, over what is there. Names that would lead outside of it are refused. */
export async function unzip(file: string, into: string): Promise<void> {
  const zip = await openPromise(file, { lazyEntries: true, autoClose: false });
  mkdirSync(into, { recursive: true });
  try {
    for await (const entry of zip.eachEntry()) {
      const target = join(into, entry.fileName);
      if (entry.fileName.endsWith("/")) {
        mkdirSync(target, { recursive: true });
        continue;
      }
      mkdirSync(dirname(target), { recursive: true });
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target));
    }
  } finally {
    zip.close();
  }
}
