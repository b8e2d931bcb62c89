import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Ceiling } from "./servers/ceiling.ts";
import type { SetName } from "./site/site.ts";
import type { Scenario } from "./tools/tool.ts";

/** What one sync of one tool took, and how it left the bucket. */
export interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMib: number;
  readonly ended: "well" | "badly" | "cut off";
  readonly requests: number;
  /** Bytes of bodies, both ways. */
  readonly bytes: number;
  /** CPU time of the stand-in through the time that the sync took. */
  readonly standInLoad: number;
  /** How many keys were wrong afterwards, by what was wrong. */
  readonly wrong: { readonly content: number; readonly types: number; readonly caching: number };
}

export interface CellName {
  readonly set: SetName;
  readonly rttMs: number;
  readonly scenario: Scenario;
  readonly tool: string;
}

interface Kept {
  readonly fingerprint: string;
  readonly startedAt: string;
  ceiling?: Ceiling;
  readonly cells: Record<string, Measured[]>;
}

/** The rounds measured so far, in a file, so that a bench that was stopped goes on where it was. */
export class Results {
  readonly #file: string;
  readonly #kept: Kept;

  /** Goes on with the file where it is of the same `fingerprint`: the same code, tools and machine. */
  constructor(file: string, fingerprint: string, fresh: boolean) {
    this.#file = file;
    const kept = !fresh && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Kept) : undefined;
    this.#kept =
      kept?.fingerprint === fingerprint
        ? kept
        : { fingerprint, startedAt: new Date().toISOString(), cells: {} };
  }

  get startedAt(): string {
    return this.#kept.startedAt;
  }

  get ceiling(): Ceiling | undefined {
    return this.#kept.ceiling;
  }

  set ceiling(ceiling: Ceiling) {
    this.#kept.ceiling = ceiling;
    this.#save();
  }

  get isEmpty(): boolean {
    return Object.keys(this.#kept.cells).length === 0;
  }

  rounds(cell: CellName): readonly Measured[] {
    return this.#kept.cells[keyOf(cell)] ?? [];
  }

  add(cell: CellName, measured: Measured): void {
    const rounds = this.#kept.cells[keyOf(cell)] ?? [];
    this.#kept.cells[keyOf(cell)] = [...rounds, measured];
    this.#save();
  }

  #save(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.#kept, null, 1)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function keyOf({ set, rttMs, scenario, tool }: CellName): string {
  return `${set} files, ${rttMs} ms, ${scenario}, ${tool}`;
}
