import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Laptop } from "../../laptop.ts";

/** The migrations that the second release brings; each changes a table of its own, so that each can be stopped alone. */
export const pairMigrations = ["29991230T000000Z-pair-first", "29991231T000000Z-pair-second"] as const;

/** The tables that have the column "pair" exactly when the migration is applied. */
export const pairColumns = { Limits: pairMigrations[0], Uploads: pairMigrations[1] } as const;

/** A migration that adds the column "pair" to a table, or takes it away; each with its way back. */
export function columnMigration(table: string, phase: "expand" | "contract"): string {
  const add = `await queryInterface.addColumn("${table}", "pair", { type: "INTEGER" });`;
  const remove = `await queryInterface.removeColumn("${table}", "pair");`;
  const [up, down] = phase === "expand" ? [add, remove] : [remove, add];
  return `import type { QueryInterface } from "sequelize";
export const phase = "${phase}";
export async function up(queryInterface: QueryInterface): Promise<void> {
  ${up}
}
export async function down(queryInterface: QueryInterface): Promise<void> {
  ${down}
}
`;
}

/** Makes the workflow's tests of the application do nothing: they say nothing about releases. */
export function skipTests(laptop: Laptop): void {
  const file = ".github/workflows/deploy.yml";
  const before = laptop.read(file);
  const after = before.replace(/command: npm test .*/g, "command: echo skipped");
  if (after === before) throw new Error(`"${file}" has no tests to skip any more`);
  writeFileSync(join(laptop.clone, file), after);
}

/** Lets whoever starts the workflows say how many minutes the jobs may take that change anything. */
function askForMinutes(laptop: Laptop): void {
  const minutes = "      minutes:\n        required: false\n        type: string\n";
  const inputs = {
    "deploy.yml": { at: "  workflow_dispatch:\n", added: `    inputs:\n${minutes}` },
    "rollback.yml": { at: "  workflow_dispatch:\n    inputs:\n", added: minutes },
  };
  for (const [name, { at, added }] of Object.entries(inputs)) {
    const file = `.github/workflows/${name}`;
    const before = laptop.read(file);
    const job = before.indexOf(name === "deploy.yml" ? "\n  deploy:\n" : "\n  rollback:\n");
    const limited = before
      .slice(job)
      .replace(/timeout-minutes: (\d+)/, `timeout-minutes: $\{{ fromJSON(inputs.minutes || '$1') }}`);
    const after = before.slice(0, job).replace(at, at + added) + limited;
    writeFileSync(join(laptop.clone, file), after);
  }
}

/**
 * Commits two releases that differ in all three tiers, and returns their commits. Their workflows are the real ones, but
 * for the application's own tests, which say nothing about releases.
 */
export function commitPair(laptop: Laptop): { readonly a: string; readonly b: string } {
  const change = (file: string, edit: (text: string) => string): void => {
    const before = laptop.read(file);
    const after = edit(before);
    if (after === before) throw new Error(`"${file}" has nothing to change any more`);
    writeFileSync(join(laptop.clone, file), after);
  };
  const commit = (subject: string): string => {
    laptop.git("add", "--all");
    laptop.git("commit", "--quiet", "-m", subject);
    return laptop.git("rev-parse", "HEAD");
  };
  skipTests(laptop);
  askForMinutes(laptop);
  const a = commit("Release A");
  change("frontend/src/feed.tsx", (text) => text.replace("No photos yet", "Not one photo yet"));
  change("frontend/src/styles/base.css", (text) => `${text}\n.pair {\n  color: red;\n}\n`);
  change("backend/src/main.ts", (text) => `Object.assign(globalThis, { pair: "b" });\n${text}`);
  const tables = ["Limits", "Uploads"];
  for (const [index, name] of pairMigrations.entries()) {
    writeFileSync(
      join(laptop.clone, `backend/migrations/${name}.ts`),
      columnMigration(tables[index] ?? "", "expand"),
    );
  }
  const b = commit("Release B");
  return { a, b };
}
