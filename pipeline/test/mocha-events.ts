import { readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { ownProgram } from "../kit/own-program.ts";
import type { TestCase } from "./results/test-results.ts";

/** What a suite's environment needs so that mocha, if it is mocha, tells of each test. `MOCHA_OPTIONS` is as old as mocha 10.8. */
export function mochaEnvironment(
  eventsFile: string,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const worker = fileURLToPath(ownProgram(import.meta.url, "mocha-worker"));
  // mocha splits it at blanks, with no way to quote one.
  if (/\s/.test(worker)) return {};
  const options = [env.MOCHA_OPTIONS, `--require ${worker}`].filter(Boolean).join(" ");
  return { MOCHA_OPTIONS: options, TEST_EVENTS_FILE: eventsFile };
}

/** A line of `mocha-worker.ts`. */
interface EventLine {
  readonly event: "begin" | "end";
  readonly name: string;
  readonly file?: string;
  readonly state?: string;
  readonly duration?: number;
  readonly retry?: number;
}

interface MochaEvents {
  /** The tests that passed, with their times. */
  readonly passed: readonly TestCase[];
  /** Names of those that began and have not ended. */
  readonly running: readonly string[];
}

/** What mocha has told so far; nothing where it is another tool. */
export async function takeEvents(eventsFile: string): Promise<MochaEvents> {
  const text = await readFile(eventsFile, "utf8").catch(() => "");
  await rm(eventsFile, { force: true });
  const running = new Map<string, string>();
  const passed: TestCase[] = [];
  for (const line of text.split("\n").filter((one) => one.endsWith("}"))) {
    const { event, name, file, state, duration = 0, retry = 0 } = JSON.parse(line) as EventLine;
    const key = `${file} ${name}`;
    if (event === "begin") running.set(key, name);
    else {
      running.delete(key);
      if (state !== "passed") continue;
      const isFlaky = retry > 0;
      passed.push({
        name,
        outcome: "passed",
        ...(file && { file }),
        seconds: duration / 1000,
        ...(isFlaky && { isFlaky }),
      });
    }
  }
  return { passed, running: [...running.values()] };
}
