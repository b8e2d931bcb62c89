import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../root.ts";
import { languageService } from "./language-service.ts";
import { brokenRules } from "./workflow-rules.ts";

/** What GitHub's own language service and this repository's rules find in the workflow files. */
export async function checkWorkflows(): Promise<readonly string[]> {
  const lint = await languageService();
  const folder = join(root, ".github/workflows");
  const problems: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const found of await lint(file, text)) problems.push(`.github/workflows/${file}:${found}`);
    for (const found of brokenRules(text)) problems.push(`.github/workflows/${file}: ${found}`);
  }
  return problems;
}
