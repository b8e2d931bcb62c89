import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "../../files.ts";

/** What can be made to go wrong. SPEC.md says what each looks like from outside. */
export type Fault = {
  /** The environment that it strikes; every one when absent. */
  readonly environment?: string;
  /** How often it strikes before it is gone; until cleared when absent. */
  readonly times?: number;
} & (
  | { readonly kind: "must-be-ready" }
  | { readonly kind: "stuck-updating" }
  | { readonly kind: "silent-revert" }
  /** EB takes the update back, and says so. */
  | { readonly kind: "eb-reverts" }
  /** The command succeeds on the first half of the instances and fails on the others. */
  | { readonly kind: "split-fleet" }
  /** A managed platform update runs for that long: right after an update, or its events come in the middle of it. */
  | { readonly kind: "managed-update"; readonly when: "after" | "during"; readonly forMs: number }
  | { readonly kind: "version-processing-failed" }
  | { readonly kind: "version-not-yet-visible" }
  /** DescribeEnvironments shows what was before the update for that long after it began. */
  | { readonly kind: "stale-describe"; readonly forMs: number }
  /** Health checks fail: of every instance, of those with the new version, or of one (by position). */
  | { readonly kind: "failing-health"; readonly instances: "all" | "new" | number }
  /** The web process of one instance ends that long after a successful deployment, and does not come back. */
  | { readonly kind: "instance-dies"; readonly afterMs: number; readonly instance?: number }
);

export type FaultKind = Fault["kind"];

/**
 * The faults that are switched on, in `faults.json`: written by the functions here or by hand, and read at each use, so
 * both take effect at once.
 */
export class EnvironmentFaults {
  readonly #file: string;

  constructor(directory: string) {
    this.#file = join(directory, "faults.json");
  }

  list(): readonly Fault[] {
    try {
      return JSON.parse(readFileSync(this.#file, "utf8")) as Fault[];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw new Error(`"${this.#file}" is not a list of faults: correct or delete it`, { cause: error });
    }
  }

  add(...faults: readonly Fault[]): void {
    this.#write([...this.list(), ...faults]);
  }

  /** Removes the faults of that kind, or all. */
  clear(kind?: FaultKind): void {
    this.#write(kind === undefined ? [] : this.list().filter((fault) => fault.kind !== kind));
  }

  /** The fault of that kind that is on for the environment, without using it up. */
  find<Kind extends FaultKind>(kind: Kind, environment: string): Extract<Fault, { kind: Kind }> | undefined {
    return this.list().find(
      (fault): fault is Extract<Fault, { kind: Kind }> =>
        fault.kind === kind && (fault.environment === undefined || fault.environment === environment),
    );
  }

  /** As `find`, and counts it as one strike. */
  strike<Kind extends FaultKind>(
    kind: Kind,
    environment: string,
  ): Extract<Fault, { kind: Kind }> | undefined {
    const struck = this.find(kind, environment);
    if (struck?.times === undefined) return struck;
    const { times } = struck;
    const same = JSON.stringify(struck);
    let counted = false;
    this.#write(
      this.list().flatMap((fault) => {
        if (counted || JSON.stringify(fault) !== same) return [fault];
        counted = true;
        return times > 1 ? [{ ...fault, times: times - 1 }] : [];
      }),
    );
    return struck;
  }

  #write(faults: readonly Fault[]): void {
    writeFileAtomically(this.#file, JSON.stringify(faults, null, 2));
  }
}
