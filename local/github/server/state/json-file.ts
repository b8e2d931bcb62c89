import { readFileSync } from "node:fs";
import { LocalError } from "../../../errors.ts";
import { writeFileAtomically } from "../../../files.ts";

/** A value that survives restarts: read once, written whole at every change. */
export class JsonFile<Value> {
  readonly #file: string;
  readonly #mode: number;
  #value: Value;

  /** Throws `DamagedState` when the file is there and is not JSON. */
  constructor(file: string, initial: Value, mode = 0o644) {
    this.#file = file;
    this.#mode = mode;
    this.#value = readJson(file) ?? initial;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    writeFileAtomically(this.#file, `${JSON.stringify(value, null, 2)}\n`, this.#mode);
    this.#value = value;
  }
}

/** The value in the file; undefined when there is no file. Throws `DamagedState`. */
export function readJson<Value>(file: string): Value | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as Value;
  } catch (error) {
    throw new LocalError(
      "DamagedState",
      `"${file}" is not JSON`,
      "put it back, or run `npm run reset` to start afresh (it forgets releases, users and posts)",
      { cause: error },
    );
  }
}
