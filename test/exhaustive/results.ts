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

/** Which cases an area has, on one commit. */
interface CaseList {
  readonly commit: string;
  readonly area: string;
  readonly ids: readonly string[];
}

/** The results so far, a line each, so that a run which was interrupted goes on where it stopped. */
export class Results {
  readonly #file: string;
  readonly #commit: string;
  readonly #byCase = new Map<string, CaseResult>();
  readonly #ids = new Map<string, readonly string[]>();

  constructor(file: string, commit: string) {
    this.#file = file;
    this.#commit = commit;
    for (const line of readLines(file)) {
      if (line.commit !== commit) continue;
      if ("ids" in line) this.#ids.set(line.area, line.ids);
      else this.#byCase.set(`${line.area} ${line.id}`, line);
    }
  }

  of(area: string, id: string): CaseResult | undefined {
    return this.#byCase.get(`${area} ${id}`);
  }

  /** Those of the area's cases, on this commit. */
  list(area: string): readonly CaseResult[] {
    const ids = new Set(this.ids(area));
    return [...this.#byCase.values()].filter((result) => result.area === area && ids.has(result.id));
  }

  /** The area's cases; [] where it was not opened on this commit. */
  ids(area: string): readonly string[] {
    return this.#ids.get(area) ?? [];
  }

  setIds(area: string, ids: readonly string[]): void {
    this.#ids.set(area, ids);
    this.#append({ commit: this.#commit, area, ids });
  }

  add(result: Omit<CaseResult, "commit">): void {
    const line = { commit: this.#commit, ...result };
    this.#byCase.set(`${line.area} ${line.id}`, line);
    this.#append(line);
  }

  #append(line: CaseResult | CaseList): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    // Begun on a new line: the one before may be torn.
    appendFileSync(this.#file, `\n${JSON.stringify(line)}`);
  }
}

function readLines(file: string): readonly (CaseResult | CaseList)[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap((line) => {
    try {
      return line === "" ? [] : [JSON.parse(line) as CaseResult | CaseList];
    } catch {
      // The last line of a run that was killed while it wrote it.
      return [];
    }
  });
}
