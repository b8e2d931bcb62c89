import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Laptop } from "../../laptop.ts";

/** The migrations that the second release brings; each changes a table of its own, so that each can be stopped alone. */
export const pairMigrations = ["29991230T000000Z-pair-first", "29991231T000000Z-pair-second"] as const;

const migration = (table: string, column: string): string => `import type { QueryInterface } from "sequelize";
export const phase = "expand";
export async function up(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.addColumn("${table}", "${column}", { type: "INTEGER" });
}
export async function down(queryInterface: QueryInterface): Promise<void> {
  await queryInterface.removeColumn("${table}", "${column}");
}
`;

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
  change(".github/workflows/deploy.yml", (text) =>
    text.replace(/command: npm test .*/g, "command: echo skipped"),
  );
  const a = commit("Release A");
  change("frontend/src/feed.tsx", (text) => text.replace("No photos yet", "Not one photo yet"));
  change("frontend/src/styles/base.css", (text) => `${text}\n.pair {\n  color: red;\n}\n`);
  change("backend/src/main.ts", (text) => `Object.assign(globalThis, { pair: "b" });\n${text}`);
  const tables = ["Limits", "Uploads"];
  for (const [index, name] of pairMigrations.entries()) {
    writeFileSync(
      join(laptop.clone, `backend/migrations/${name}.ts`),
      migration(tables[index] ?? "", "pair"),
    );
  }
  const b = commit("Release B");
  return { a, b };
}
