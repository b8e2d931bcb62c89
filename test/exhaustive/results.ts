import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** How one case ended, on one commit. */
export interface CaseResult {
  readonly commit: string;
  readonly area: string;
  readonly id: string;
  readonly seconds: number;
  /** Why it failed; absent when every promise held. */
  readonly failure?: string;
}

/** The results so far, a line each, so that a run which was interrupted goes on where it stopped. */
export class Results {
  readonly #file: string;
  readonly #commit: string;
  readonly #byCase = new Map<string, CaseResult>();

  constructor(file: string, commit: string) {
    this.#file = file;
    this.#commit = commit;
    for (const line of readLines(file)) {
      if (line.commit === commit) this.#byCase.set(`${line.area} ${line.id}`, line);
    }
  }

  of(area: string, id: string): CaseResult | undefined {
    return this.#byCase.get(`${area} ${id}`);
  }

  /** Those of this commit. */
  list(area: string): readonly CaseResult[] {
    return [...this.#byCase.values()].filter((result) => result.area === area);
  }

  add(result: Omit<CaseResult, "commit">): void {
    const line = { commit: this.#commit, ...result };
    this.#byCase.set(`${line.area} ${line.id}`, line);
    mkdirSync(dirname(this.#file), { recursive: true });
    // Begun on a new line: the one before may be torn.
    appendFileSync(this.#file, `\n${JSON.stringify(line)}`);
  }
}

function readLines(file: string): readonly CaseResult[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as CaseResult];
    } catch {
      // The last line of a run that was killed while it wrote it.
      return [];
    }
  });
}
