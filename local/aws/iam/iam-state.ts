import { randomBytes, randomInt } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { OidcProvider, Role } from "./identities.ts";

export interface Session {
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: string;
  readonly role: string;
  readonly sessionName: string;
  /** A session policy: what the role may do, further restricted. */
  readonly policy?: unknown;
}

export interface IamState {
  readonly rootKey: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly roles: Record<string, Role>;
  readonly providers: Record<string, OidcProvider>;
  readonly sessions: Record<string, Session>;
}

/** A fresh account: a root key and nothing else. */
export function newState(): IamState {
  return {
    rootKey: { accessKeyId: newId("AKIA", 16), secretAccessKey: newSecret() },
    roles: {},
    providers: {},
    sessions: {},
  };
}

export function writeState(file: string, state: IamState): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(temporary, file);
}

/** An id as AWS makes them: the prefix tells the kind. */
export function newId(prefix: string, length: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return prefix + Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
}

export function newSecret(): string {
  return randomBytes(30).toString("base64");
}

/** Undefined when there is no file. Throws a plain Error for a damaged one. */
export function readState(file: string): IamState | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as IamState;
  } catch (cause) {
    throw new Error(`"${file}" is damaged; restore the file or run \`npm run reset\``, { cause });
  }
}
