import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../root.ts";

type Lint = (file: string, text: string) => Promise<readonly string[]>;

/**
 * GitHub's own checks of a workflow file: `<line>: <message>` each. `@actions/languageservice` imports JSON without an import
 * attribute, which Node refuses; bundled, it runs.
 */
export async function languageService(): Promise<Lint> {
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
