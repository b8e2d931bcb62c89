import { sha256 } from "../kit/sha256.ts";

/**
 * The digest of a migration's source as its author wrote it: the same whatever line ends a checkout gives it, and whatever
 * packages it is built with.
 */
export function sourceDigest(content: Uint8Array): string {
  const text = Buffer.from(content).toString("utf8");
  return sha256(
    text
      .replace(/^\uFEFF/, "")
      .replaceAll("\r\n", "\n")
      .trim(),
  );
}
