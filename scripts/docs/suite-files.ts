import { parse } from "yaml";
import { type AppSuite, appSuites } from "../test/app-suites.ts";
import { suitePaths } from "../test/suite-paths.ts";

/** One entry of the input `suites` of the called workflows. */
interface CalledSuite {
  readonly suite: string;
  readonly command: string;
  readonly "paths-file"?: string;
}

interface Caller {
  readonly jobs: Readonly<Record<string, { readonly with?: { readonly suites?: string } }>>;
}

/**
 * The files that a workflow of this repository names with its suites, and what they have to hold: the paths that each suite
 * reads. Throws where one has another command than those whose files are known.
 */
export function suiteFiles(workflow: string): readonly (readonly [file: string, text: string])[] {
  const { jobs } = parse(workflow) as Caller;
  const suites = Object.values(jobs).flatMap((job) => JSON.parse(job.with?.suites ?? "[]") as CalledSuite[]);
  return suites.flatMap(({ suite, command, "paths-file": file }) => {
    if (file === undefined) return [];
    const paths = pathsOf(suite, command);
    const text = [`# What \`${command}\` reads. Written by \`npm run docs\`.`, ...paths, ""].join("\n");
    return [[file, text] as const];
  });
}

function pathsOf(name: string, command: string): readonly string[] {
  const suite = appSuites.find((known) => known === name);
  if (suite === undefined) throw new Error(`"${name}" is no suite of the application`);
  return suitePaths(suite, isQuick(suite, command));
}

function isQuick(suite: AppSuite, command: string): boolean {
  const whole = `npm test --workspace ${suite}`;
  if (command === whole) return false;
  if (command === `${whole} -- --quick`) return true;
  throw new Error(`what "${command}" reads is not known; the suite runs by: ${whole}`);
}
