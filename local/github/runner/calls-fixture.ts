import { jobs } from "./runner-fixture.ts";

/** A reusable workflow: what follows `workflow_call:`, the lines of each job but runs-on, and top-level keys. */
export function called(trigger: string, all: Readonly<Record<string, string>>, top = ""): string {
  const on = `on:\n  workflow_call:\n${indented(trigger, "    ")}\n`;
  return jobs(all, top).replace("on: push\n", on);
}

/** A workflow whose jobs are given in full. */
export function caller(all: Readonly<Record<string, string>>, top = ""): string {
  const body = Object.entries(all).map(([id, lines]) => `  ${id}:\n${indented(lines, "    ")}`);
  return `on: push\n${top}\njobs:\n${body.join("\n")}\n`;
}

/** A job that calls a workflow of the same repository. */
export function call(name: string, rest = ""): string {
  return `uses: $/.github/workflows/${name}.yml\n${rest}`;
}

/** A workflow file of a repository. */
export function file(name: string, text: string): Readonly<Record<string, string>> {
  return { [`.github/workflows/${name}.yml`]: text };
}

/** A job of one step that prints. */
export function prints(text: string, rest = ""): string {
  return `runs-on: ubuntu-24.04\n${rest}\nsteps: [{ run: 'echo "${text}"' }]`;
}

function indented(text: string, by: string): string {
  return text.replace(/^(?=.)/gm, by);
}
