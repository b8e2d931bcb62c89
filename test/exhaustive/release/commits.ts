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

/** Leaves out the application's tests: they say nothing about releases. */
export function skipTests(laptop: Laptop): void {
  edit(laptop, ".github/workflows/deploy.yml", [[/suites: '\[[^\]]*\]'/, "suites: '[]'"]]);
}

/** Lets whoever starts the workflows say how many minutes the jobs may take that change anything. */
function askForMinutes(laptop: Laptop): void {
  const minutes = "minutes: { type: string }";
  const limit = (job: string): readonly [RegExp, string] => [
    new RegExp(`(\n  ${job}:\n(?:    .*\n)*?    timeout-minutes: )(\\d+)`),
    "$1$\u007b{ fromJSON(github.event.inputs.minutes || '$2') }}",
  ];
  edit(laptop, ".github/workflows/deploy.yml", [
    ["workflow_dispatch: {}", `workflow_dispatch: { inputs: { ${minutes} } }`],
  ]);
  edit(laptop, ".github/workflows/rollback.yml", [["    inputs:\n", `    inputs:\n      ${minutes}\n`]]);
  edit(laptop, ".github/workflows/pipeline-deploy.yml", [limit("deploy")]);
  edit(laptop, ".github/workflows/pipeline-rollback.yml", [limit("rollback")]);
}

/** Changes a file of the clone; throws where one of the changes changes nothing. */
function edit(
  laptop: Laptop,
  file: string,
  changes: readonly (readonly [from: string | RegExp, to: string])[],
): void {
  const text = changes.reduce((before, [from, to]) => {
    const after = before.replace(from, to);
    if (after === before) throw new Error(`"${file}" has nothing that matches "${from}" any more`);
    return after;
  }, laptop.read(file));
  writeFileSync(join(laptop.clone, file), text);
}

/**
 * Commits two releases that differ in all three tiers, and returns their commits. Their workflows are the real ones, but
 * for the application's own tests, which say nothing about releases.
 */
export function commitPair(laptop: Laptop): { readonly a: string; readonly b: string } {
  const commit = (subject: string): string => {
    laptop.git("add", "--all");
    laptop.git("commit", "--quiet", "-m", subject);
    return laptop.git("rev-parse", "HEAD");
  };
  skipTests(laptop);
  askForMinutes(laptop);
  const a = commit("Release A");
  edit(laptop, "frontend/src/feed.tsx", [["No photos yet", "Not one photo yet"]]);
  edit(laptop, "frontend/src/styles/base.css", [[/$/, "\n.pair {\n  color: red;\n}\n"]]);
  edit(laptop, "backend/src/main.ts", [[/^/, 'Object.assign(globalThis, { pair: "b" });\n']]);
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
