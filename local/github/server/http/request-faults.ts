import { JsonFile } from "../state/json-file.ts";

/** A fault that requests meet: which ones, how often, and what happens to them. */
interface Fault {
  readonly method?: string;
  /** Regular expression over the path with its query. */
  readonly path?: string;
  /** How many matching requests pass first. */
  readonly after?: number;
  /** How many requests meet it; all of them when absent. */
  readonly times?: number;
  readonly status?: number;
  /** The connection is cut instead of answered: before the request takes effect, or after. */
  readonly drop?: "before" | "after" | boolean;
  readonly delayMs?: number;
  /** The request waits, before or after it takes effect, until faults are cleared or the client has gone. */
  readonly hold?: "before" | "after";
}

/** A fault that is switched on, and what it has met so far. */
interface ActiveFault extends Fault {
  readonly matched: number;
  readonly struck: number;
  /** Requests that it has made wait. */
  readonly held: number;
}

const known = new Set(["method", "path", "after", "times", "status", "drop", "delayMs", "hold"]);

/** Faults that are switched on, kept across restarts. */
export class RequestFaults {
  readonly #file: JsonFile<readonly ActiveFault[]>;
  #cleared = Promise.withResolvers<void>();

  constructor(file: string) {
    this.#file = new JsonFile(file, []);
  }

  list(): readonly ActiveFault[] {
    return this.#file.value;
  }

  /** Switches a fault on. Throws a plain Error that names what is wrong with it. */
  add(fault: Readonly<Record<string, unknown>>): void {
    for (const name of Object.keys(fault)) {
      if (!known.has(name)) throw new Error(`unknown field "${name}"; a fault has: ${[...known].join(", ")}`);
    }
    new RegExp(String(fault.path ?? ""));
    this.#file.set([...this.list(), { ...(fault as Fault), matched: 0, struck: 0, held: 0 }]);
  }

  clear(): void {
    this.#file.set([]);
    this.#cleared.resolve();
    this.#cleared = Promise.withResolvers<void>();
  }

  /** Resolves when faults are cleared: what a request waits for that holds there. */
  untilCleared(): Promise<void> {
    this.#file.set(
      this.list().map((fault) =>
        fault.hold && fault.struck > fault.held ? { ...fault, held: fault.struck } : fault,
      ),
    );
    return this.#cleared.promise;
  }

  /** The first fault that strikes this request; counts it. */
  meet(method: string, path: string): ActiveFault | undefined {
    const faults = this.list();
    if (faults.length === 0) return undefined;
    let met: ActiveFault | undefined;
    const counted = faults.map((fault) => {
      if (met !== undefined || !matches(fault, method, path)) return fault;
      const strikes =
        fault.matched >= (fault.after ?? 0) && fault.struck < (fault.times ?? Number.POSITIVE_INFINITY);
      if (strikes) met = fault;
      return { ...fault, matched: fault.matched + 1, struck: fault.struck + (strikes ? 1 : 0) };
    });
    this.#file.set(counted);
    return met;
  }
}

function matches(fault: Fault, method: string, path: string): boolean {
  return (
    (fault.method === undefined || fault.method.toUpperCase() === method) &&
    new RegExp(fault.path ?? "").test(path)
  );
}
