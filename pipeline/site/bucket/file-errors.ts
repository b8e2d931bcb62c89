import { ActionError } from "../../kit/errors.ts";
import { FileChanged } from "./large-files.ts";

export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
}

/** S3's answers to bytes that do not hash to what was promised. */
const changedNames = new Set(["BadDigest", "XAmzContentSHA256Mismatch"]);

/** Whether a file could not be sent because its bytes are others than those that were hashed. */
export function isChangedFile(error: unknown): boolean {
  return error instanceof FileChanged || changedNames.has((error as Error).name);
}

export function changedFile(key: string, cause: unknown): ActionError {
  return new ActionError("SourceUnreadable", `"${key}" has other bytes now than when its hash was taken`, {
    hint: "check that nothing writes into the folder during the sync, and that it belongs to the release",
    cause,
  });
}

export function missingSource(from: StoredObject, cause: unknown): ActionError {
  return new ActionError("StoredFileMissing", `s3://${from.bucket}/${from.key} is not there to be copied`, {
    hint: "the release store no longer has this release's site: choose a later release",
    cause,
  });
}

/** Hashes in hexadecimal: what S3 found, and what the manifest says. */
export function damagedSource(from: StoredObject, found: string, expected: string): ActionError {
  const name = `s3://${from.bucket}/${from.key}`;
  const hashes = `hashes to ${found.slice(0, 12)}, not ${expected.slice(0, 12)}`;
  return new ActionError("StoredFileDamaged", `${name} ${hashes}`, {
    hint: "delete it, and deploy again the release that it belongs to",
  });
}
