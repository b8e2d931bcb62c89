import { type AppSuite, appSuites } from "../test/app-suites.ts";
import { suitePaths } from "../test/suite-paths.ts";

/** A step of the action `test`: the suite, its command, and the block of its paths. */
const step = /^( +)suite: (\S+)\n\1command: (.+)\n\1paths: \|\n((?:\1 .*\n)+)/gm;

/**
 * A workflow file whose steps of the action `test` name what their suites read. Throws where a step runs another command than
 * those whose files are known.
 */
export function withSuitePaths(workflow: string): string {
  return workflow.replace(step, (_, indent: string, name: string, command: string) => {
    const suite = appSuites.find((known) => known === name);
    if (suite === undefined) throw new Error(`"${name}" is no suite of the application`);
    const paths = suitePaths(suite, isQuick(suite, command)).map((path) => `${indent}  ${path}\n`);
    return `${indent}suite: ${name}\n${indent}command: ${command}\n${indent}paths: |\n${paths.join("")}`;
  });
}

function isQuick(suite: AppSuite, command: string): boolean {
  const whole = `npm test --workspace ${suite}`;
  if (command === whole) return false;
  if (command === `${whole} -- --quick`) return true;
  throw new Error(`what "${command}" reads is not known; the suite runs by: ${whole}`);
}
