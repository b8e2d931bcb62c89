import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "./errors.ts";
import { writeFileAtomically } from "./files.ts";

/** `.local/state.json`: everything that an outside client needs to reach the stack. Holds secrets; mode 0600. */
export interface State {
  /** The working copy of the repository that it is for. */
  readonly folder: string;
  readonly site: string;
  readonly api: string;
  /** Site and API under one address. */
  readonly app: string;
  /** Where releases go live first, if the stack was started with staging. */
  readonly staging?: { readonly site: string; readonly api: string };
  readonly aws: {
    readonly endpoint: string;
    readonly region: string;
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  readonly github: {
    readonly api: string;
    readonly repository: string;
    readonly token: string;
    /** Address of its git repository, which one pushes to. */
    readonly remote: string;
    /** The branch whose pushes go live. */
    readonly branch: string;
  };
  readonly database: {
    readonly url: string;
    readonly ca: string;
    /** ARN of the secret that holds host, name and owner of the database, in Secrets Manager. */
    readonly secret: string;
  };
}

export const stateFile = (directory: string): string => join(directory, "state.json");

export function writeState(file: string, state: State): void {
  writeFileAtomically(file, `${JSON.stringify(state, null, 2)}\n`, 0o600);
}

/** The state of a stack. Throws `NotStarted` when it was never up, `DamagedState` when unreadable; both say how to start it. */
export function readState(file: string, start = "npm start"): State {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new LocalError("NotStarted", "the local stack was never started here", `start it with: ${start}`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text) as State;
  } catch (error) {
    throw new LocalError("DamagedState", `"${file}" is not JSON`, `start the stack again with: ${start}`, {
      cause: error,
    });
  }
}
