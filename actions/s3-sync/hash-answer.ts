import type { ErrorCode } from "../lib/errors.ts";
import type { HashedFolder } from "./hash-folder.ts";

/** Between keys, which are names of files: a single text is passed in a tenth of the time that many take. */
export const separator = "\0";

/** Errors lose their class on the way between threads. */
export type HashAnswer =
  | (Omit<HashedFolder, "keys"> & { readonly keys: string })
  | { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined };
