import { JsonFile } from "../state/json-file.ts";

/** A fault that requests meet: which ones, how often, and what happens to them. */
export interface Fault {
  readonly method?: string;
  /** Regular expression over the path with its query. */
  readonly path?: string;
  /** How many requests meet it; all of them when absent. */
  readonly times?: number;
  readonly status?: number;
  /** The connection is cut instead of answered: before the request takes effect, or after. */
  readonly drop?: "before" | "after" | boolean;
  readonly delayMs?: number;
}

const known = new Set(["method", "path", "times", "status", "drop", "delayMs"]);

/** Faults that are switched on, kept across restarts. */
export class Faults {
  readonly #file: JsonFile<readonly Fault[]>;

  constructor(file: string) {
    this.#file = new JsonFile(file, []);
  }

  list(): readonly Fault[] {
    return this.#file.value;
  }

  /** Switches a fault on. Throws a plain Error that names what is wrong with it. */
  add(fault: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(fault)) {
      if (!known.has(name)) throw new Error(`unknown field "${name}"; a fault has: ${[...known].join(", ")}`);
    }
    new RegExp(String(fault.path ?? ""));
    this.#file.set([...this.list(), fault as Fault]);
  }

  clear(): void {
    this.#file.set([]);
  }

  /** The fault that this request meets, counted. */
  meet(method: string, path: string): Fault | undefined {
    const faults = this.list();
    const met = faults.find(
      (fault) =>
        (fault.method === undefined || fault.method.toUpperCase() === method) &&
        new RegExp(fault.path ?? "").test(path),
    );
    if (met?.times !== undefined) {
      const left = met.times - 1;
      this.#file.set(
        faults.flatMap((fault) => (fault !== met ? [fault] : left > 0 ? [{ ...fault, times: left }] : [])),
      );
    }
    return met;
  }
}
