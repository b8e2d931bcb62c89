// The folder that a repository keeps for its trials.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../kit/action.ts";
import { ActionError } from "../kit/errors.ts";
import { lines } from "../kit/inputs.ts";
import { environmentLines } from "./api-environment.ts";
import { type KeptRequest, parseRequests } from "./requests.ts";

/** Why every break of a request is meant. */
export interface Accepted {
  /** `GET /api/feed`, as the file of requests has it, or `the database`, `the new API`, `the way back`. */
  readonly request: string;
  readonly reason: string;
}

export interface KeptFolder {
  /** requests.jsonl */
  readonly requests: readonly KeptRequest[];
  /** data.sql: fills the live release's schema before; "" where the requests make what they need. */
  readonly data: string;
  /** api.env: the API's environment. */
  readonly environment: ReadonlyMap<string, string>;
  /** accepted.txt */
  readonly accepted: readonly Accepted[];
}

/** Reads the folder. Throws `InvalidInputs` that names the file, and what a right line looks like. */
export async function readKeptFolder(
  folder: string,
  { run }: Pick<ActionContext, "run">,
): Promise<KeptFolder> {
  const read = async <T>(name: string, parse: (text: string) => T, isNeeded = false): Promise<T> => {
    const file = join(folder, name);
    const text = await readFile(join(run.workspace, file), "utf8").catch((cause: unknown) => {
      if (!isNeeded && (cause as NodeJS.ErrnoException).code === "ENOENT") return "";
      throw problem(`"${file}" cannot be read`, cause);
    });
    try {
      return parse(text);
    } catch (cause) {
      throw problem(`"${file}" ${(cause as Error).message}`, cause);
    }
  };
  const [requests, data, environment, accepted] = await Promise.all([
    read("requests.jsonl", parseRequests, true),
    read("data.sql", (text) => text),
    read("api.env", environmentLines),
    read("accepted.txt", acceptedLines),
  ]);
  return { requests, data, environment, accepted };
}

function acceptedLines(text: string): readonly Accepted[] {
  return lines(text).map((line) => {
    const [, request, reason] = /^([A-Z]+ \/\S*|the \w+(?: \w+)?): (\S.*)$/.exec(line) ?? [];
    if (request === undefined || reason === undefined)
      throw new Error("must have `<METHOD> </path>: <reason>` on each line");
    return { request, reason };
  });
}

function problem(message: string, cause: unknown): ActionError {
  return new ActionError("InvalidInputs", `input "folder": ${message}`, {
    hint: "docs/compatibility.md says what is in the folder",
    cause,
  });
}
