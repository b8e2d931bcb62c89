import { createHash } from "node:crypto";
import { uploadsPrefix } from "../storage/storage.ts";

/** Longest part of a key that a file name may become; with prefix and id it stays within the column's 255. */
const nameLength = 150;

/**
 * Where an upload lies: below its user's prefix, which does not tell the address, in a place of its own. Of the name only
 * what is plain in URLs remains, above all the extension.
 */
export function uploadKey(owner: string, id: string, name: string): string {
  const user = createHash("sha256").update(owner).digest("hex").slice(0, 32);
  const plain =
    name
      .replace(/[^\w.-]+/g, "-")
      .replace(/^[-.]+/, "")
      .slice(-nameLength) || "photo";
  return `${uploadsPrefix}${user}/${id}/${plain}`;
}
