import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFileAtomically } from "../files.ts";

/** A random secret of 32 bytes in hex, made once and kept in a file of mode 0600. */
export function keptSecret(file: string): string {
  try {
    const kept = readFileSync(file, "utf8").trim();
    if (/^[0-9a-f]{64}$/.test(kept)) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secret = randomBytes(32).toString("hex");
  writeFileAtomically(file, `${secret}\n`, 0o600);
  return secret;
}
