import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";

/** `readObject` of the local AWS server. */
export type ObjectLookup = (
  bucket: string,
  key: string,
) => { readonly body: Readable; readonly size: number } | undefined;

/** EB refuses larger source bundles. */
const maximumBytes = 500 * 1024 * 1024;

/** Reads source bundles from the local S3. Rejects with the words that S3 has for a bundle that is not there. */
export function bundleReader(lookUp: ObjectLookup): (bucket: string, key: string) => Promise<Buffer> {
  return async (bucket, key) => {
    const object = lookUp(bucket, key);
    if (object === undefined) throw new Error("The specified key does not exist.");
    if (object.size > maximumBytes) {
      object.body.destroy();
      throw new Error(`Source bundle is ${object.size} bytes large; the limit is ${maximumBytes} bytes.`);
    }
    return buffer(object.body);
  };
}
