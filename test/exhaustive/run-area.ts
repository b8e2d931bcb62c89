import { chooseCases, type Wish } from "./choose-cases.ts";
import type { FaultArea } from "./fault-area.ts";
import type { Results } from "./results.ts";

export interface AreaOptions {
  readonly wish: Wish;
  readonly results: Results;
  /** Cases that passed on this commit before are not run again. */
  readonly resume: boolean;
  /** True as soon as no further case is to start. */
  readonly isOver: () => boolean;
  readonly say: (line: string) => void;
}

/**
 * Runs the cases of an area that are wished for, one after the other; every result is kept as soon as it is known.
 * Returns the ids of those that broke a promise.
 */
export async function runArea(area: FaultArea, options: AreaOptions): Promise<readonly string[]> {
  const { wish, results, resume, isOver, say } = options;
  say(`${area.name}: starting`);
  const open = await area.open((line) => say(`${area.name}: ${line}`));
  const failed: string[] = [];
  try {
    results.setIds(
      area.name,
      open.cases.map(({ id }) => id),
    );
    const chosen = chooseCases(open.cases, wish);
    const left = chosen.filter(({ id }) => {
      const known = resume ? results.of(area.name, id) : undefined;
      return known === undefined || known.failure !== undefined;
    });
    say(`${area.name}: ${open.cases.length} cases, ${chosen.length} chosen, ${left.length} to run`);
    const started = performance.now();
    for (const [index, one] of left.entries()) {
      const now = performance.now();
      if (isOver()) {
        say(`${area.name}: stopped, ${left.length - index} cases left`);
        break;
      }
      const failure = await one.run().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      const seconds = Number(((performance.now() - now) / 1000).toFixed(1));
      results.add({ area: area.name, id: one.id, seconds, ...(failure === undefined ? {} : { failure }) });
      if (failure !== undefined) failed.push(one.id);
      const each = (performance.now() - started) / 1000 / (index + 1);
      const rest = Math.ceil((each * (left.length - index - 1)) / 60);
      const mark = failure === undefined ? "ok    " : "FAILED";
      say(`${mark} ${one.id} (${seconds} s) [${index + 1}/${left.length}, ${rest} min left]`);
      if (failure !== undefined) say(`       ${failure.replaceAll("\n", "\n       ")}`);
    }
    return failed;
  } finally {
    await open.close();
  }
}
