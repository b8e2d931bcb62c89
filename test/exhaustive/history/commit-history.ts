import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Laptop } from "../../laptop.ts";
import { columnMigration, skipTests } from "../release/commits.ts";

/** The migration that the third release brings, and the one by which the last takes its column away. */
export const expandMigration = "29991230T000000Z-history-expand";
export const contractMigration = "29991231T000000Z-history-contract";

/**
 * Commits a first release, then five: each has another page, the second and the fifth another API too, the third an expand
 * migration; and a last one with a contract migration. Returns their commits.
 */
export function commitHistory(laptop: Laptop): {
  readonly first: string;
  readonly five: readonly string[];
  readonly contract: string;
} {
  const write = (file: string, text: string): void => writeFileSync(join(laptop.clone, file), text);
  const commit = (subject: string): string => {
    laptop.git("add", "--all");
    laptop.git("commit", "--quiet", "-m", subject);
    return laptop.git("rev-parse", "HEAD");
  };
  const page = laptop.read("frontend/src/feed.tsx");
  const api = laptop.read("backend/src/main.ts");
  const migrate = (name: string, phase: "expand" | "contract"): void =>
    write(`backend/migrations/${name}.ts`, columnMigration("Limits", phase));

  skipTests(laptop);
  const first = commit("Release 0");
  const five = [1, 2, 3, 4, 5].map((number) => {
    write("frontend/src/feed.tsx", page.replace("No photos yet", `No photos yet, says release ${number}`));
    if (number === 2 || number === 5) {
      write("backend/src/main.ts", `Object.assign(globalThis, { history: ${number} });\n${api}`);
    }
    if (number === 3) migrate(expandMigration, "expand");
    return commit(`Release ${number}`);
  });
  migrate(contractMigration, "contract");
  return { first, five, contract: commit("Release with a contract migration") };
}
