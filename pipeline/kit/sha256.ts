import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

/** The SHA-256 of a text (as UTF-8) or of bytes, in lowercase hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The same of a file, which is never in memory as a whole. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
