import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { isMap, isScalar, parseDocument, visit } from "yaml";
import { root } from "../root.ts";

/** What GitHub's own language service and this repository's rules find in the workflow files. */
export async function checkWorkflows(): Promise<readonly string[]> {
  const lint = await languageService();
  const folder = join(root, ".github/workflows");
  const problems: string[] = [];
  for (const file of readdirSync(folder).sort()) {
    const text = readFileSync(join(folder, file), "utf8");
    for (const found of await lint(file, text)) problems.push(`.github/workflows/${file}:${found}`);
    for (const found of houseRules(text)) problems.push(`.github/workflows/${file}: ${found}`);
  }
  return problems;
}

type Lint = (file: string, text: string) => Promise<readonly string[]>;

/**
 * `@actions/languageservice` imports JSON without an import attribute, which Node refuses; bundled, it runs.
 */
async function languageService(): Promise<Lint> {
  const folder = await mkdtemp(join(tmpdir(), "udagram-lint-"));
  try {
    const outfile = join(folder, "languageservice.mjs");
    await build({
      stdin: {
        contents:
          'export { validate } from "@actions/languageservice"; export { TextDocument } from "vscode-languageserver-textdocument";',
        resolveDir: root,
      },
      bundle: true,
      format: "esm",
      platform: "node",
      outfile,
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
      logLevel: "silent",
    });
    const { validate, TextDocument } = (await import(pathToFileURL(outfile).href)) as {
      validate: (
        document: unknown,
        config: object,
      ) => Promise<{ message: string; range: { start: { line: number } } }[]>;
      TextDocument: { create: (uri: string, language: string, version: number, text: string) => unknown };
    };
    return async (file, text) => {
      const document = TextDocument.create(`file:///${file}`, "yaml", 1, text);
      const diagnostics = await validate(document, {});
      return diagnostics.map(({ message, range }) => `${range.start.line + 1}: ${message}`);
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The security rules of `docs/architecture.md` that the language service does not know. */
export function houseRules(text: string): readonly string[] {
  const problems: string[] = [];
  const document = parseDocument(text);
  const workflow = document.toJS() as {
    permissions?: object;
    concurrency?: unknown;
    on?: Record<string, unknown>;
    jobs?: Record<string, Record<string, unknown>>;
  };
  if (JSON.stringify(workflow.permissions) !== "{}") problems.push("top-level permissions must be {}");
  if (workflow.concurrency === undefined) problems.push("concurrency is missing");
  for (const trigger of ["pull_request_target", "workflow_run"]) {
    if (workflow.on && trigger in workflow.on) problems.push(`the trigger ${trigger} must not be used`);
  }
  for (const [id, job] of Object.entries(workflow.jobs ?? {})) {
    if (job["timeout-minutes"] === undefined) problems.push(`job ${id} has no timeout-minutes`);
    if (job.permissions === undefined) problems.push(`job ${id} has no permissions`);
    if (job.secrets === "inherit") problems.push(`job ${id} inherits secrets`);
    if (JSON.stringify(job).includes("secrets.") && job.environment === undefined) {
      problems.push(`job ${id} reads secrets outside an environment`);
    }
  }
  visit(document, {
    Pair(_, pair) {
      const key = isScalar(pair.key) ? String(pair.key.value) : "";
      const value = isScalar(pair.value) ? pair.value : undefined;
      if (key === "run" && String(value?.value).includes("${{")) problems.push("an expression inside run:");
      if (key === "permissions" && isMap(pair.value)) {
        for (const { key: scope, value: access } of pair.value.items) {
          const explained = isScalar(access) && access.comment !== undefined && access.comment !== null;
          if (!explained) problems.push(`permission ${scope} has no comment that says what it is for`);
        }
      }
      if (key !== "uses" || value === undefined) return;
      const uses = String(value.value);
      if (uses.startsWith("$/")) return;
      if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses))
        problems.push(`${uses} is not pinned to a full commit`);
      if (!/^ v\d+\.\d+\.\d+$/.test(value.comment ?? "")) problems.push(`${uses} has no version beside it`);
      if (uses.startsWith("actions/checkout@") && !/persist-credentials: false/.test(text)) {
        problems.push("checkout persists credentials");
      }
    },
  });
  return problems;
}
