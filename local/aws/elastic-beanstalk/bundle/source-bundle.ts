import type { Extensions } from "./ebextensions.ts";
import { extensionFiles, parseExtensions } from "./ebextensions.ts";
import { type BundleSource, readBundleFiles } from "./unpack.ts";

/** A bundle with what its .ebextensions say. */
interface SourceBundle {
  readonly source: BundleSource;
  readonly extensions: Extensions;
}

/** Reads `.ebextensions` of a bundle. Throws BundleError when it is not a zip that may be unpacked. */
export async function openBundle(source: BundleSource): Promise<SourceBundle> {
  return { source, extensions: parseExtensions(await readBundleFiles(source, extensionFiles)) };
}

export const noExtensions: Extensions = {
  settings: [],
  commands: [],
  files: [],
  resources: "",
  invalid: [],
  notRun: [],
};
