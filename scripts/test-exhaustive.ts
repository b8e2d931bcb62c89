// npm run test:exhaustive: makes every fault happen once, and writes what came of it into docs/reliability.md.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { writeFileAtomically } from "../local/files.ts";
import { areas } from "../test/exhaustive/areas.ts";
import { reliabilityReport } from "../test/exhaustive/reliability-report.ts";
import { Results } from "../test/exhaustive/results.ts";
import { runArea } from "../test/exhaustive/run-area.ts";
import { command } from "./kit/command.ts";
import { git } from "./kit/git.ts";
import { root } from "./root.ts";

const options = {
  area: { type: "string", help: `one of ${areas.map(({ name }) => name).join(", ")}; all without it` },
  only: { type: "string", help: "cases whose id matches this regular expression" },
  sample: { type: "string", help: "so many cases at random of each area" },
  seed: { type: "string", help: "which ones: the same number takes the same cases" },
  minutes: { type: "string", help: "start no further case of an area after so many minutes" },
  report: {
    type: "boolean",
    help: "write docs/reliability.md also where only a part of the cases was chosen",
  },
  fresh: { type: "boolean", help: "run also the cases that passed on this commit before" },
} as const;

await command(
  {
    usage: "npm run test:exhaustive",
    summary: "Makes every fault happen once; goes on where it was stopped; writes docs/reliability.md.",
    options,
  },
  async (given) => {
    const chosen = areas.filter(({ name }) => given.area === undefined || given.area === name);
    if (chosen.length === 0) {
      console.error(
        `error: there is no area "${given.area}"; choose one of ${areas.map(({ name }) => name)}`,
      );
      return 2;
    }
    const numbers = { sample: given.sample, seed: given.seed, minutes: given.minutes };
    const wrong = Object.entries(numbers).find(([, value]) => value !== undefined && !/^\d+$/.test(value));
    if (wrong !== undefined) {
      console.error(`error: --${wrong[0]} must be a whole number, not "${wrong[1]}"`);
      return 2;
    }
    const only = expression(given.only);
    if (only === null) {
      console.error(`error: --only must be a regular expression, not "${given.only}"`);
      return 2;
    }
    const commit = git("rev-parse", "--short=7", "HEAD");
    const seed = given.seed === undefined ? Date.now() % 100_000 : Number(given.seed);
    const sample = given.sample === undefined ? undefined : Number(given.sample);
    if (sample !== undefined)
      console.log(`seed ${seed}: run the same cases again with --sample ${sample} --seed ${seed}`);
    const minutes = given.minutes === undefined ? Number.POSITIVE_INFINITY : Number(given.minutes);
    const results = new Results(join(root, "test/results/exhaustive.ndjson"), commit);
    const isWhole = given.only === undefined && sample === undefined;
    const stopping = stopOnSignals();
    const failed: string[] = [];
    for (const area of chosen) {
      const deadline = performance.now() + minutes * 60_000;
      const broken = await runArea(area, {
        wish: { only, sample, seed },
        results,
        resume: isWhole && !given.fresh,
        isOver: () => stopping.aborted || performance.now() > deadline,
        say: (line) => console.log(line),
      });
      failed.push(...broken.map((id) => `${area.name} ${id}`));
    }
    if (given.report || (isWhole && given.area === undefined)) {
      const head = {
        date: new Date().toISOString().slice(0, 10),
        commit,
        cores: availableParallelism(),
        node: process.versions.node,
      };
      const reports = areas.map(({ name, promise }) => ({
        name,
        promise,
        ids: results.ids(name),
        results: results.list(name),
      }));
      writeFileAtomically(join(root, "docs/reliability.md"), reliabilityReport(head, reports));
      console.log("written: docs/reliability.md");
    }
    for (const one of failed) console.log(`FAILED ${one}`);
    return failed.length === 0 ? 0 : 1;
  },
);

/** Aborts on the first Ctrl-C: the case under way is ended, the results stay. A second one ends at once. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  const stop = (): void => {
    if (stopping.signal.aborted) process.exit(130);
    console.log("stopping after this case; the same command goes on from there");
    stopping.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  return stopping.signal;
}

/** Null for text that is none. */
function expression(text: string | undefined): RegExp | undefined | null {
  if (text === undefined) return undefined;
  try {
    return new RegExp(text);
  } catch {
    return null;
  }
}
