import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ActionContext } from "../lib/action.ts";
import { type SiteFile, sha256 } from "../lib/bundle.ts";
import { filesBelow } from "../lib/bundle-check.ts";
import { runCommand } from "../lib/child-process.ts";
import { ActionError } from "../lib/errors.ts";
import { cacheControl, contentType } from "../lib/site-headers.ts";

export interface BuiltSite {
  readonly files: ReadonlyMap<string, { readonly content: Uint8Array; readonly served: SiteFile }>;
}

/** Builds the site by its own command and reads what it wrote. */
export async function buildSite(
  command: string,
  directory: string,
  context: ActionContext,
): Promise<BuiltSite> {
  const { runner, run } = context;
  const code = await runCommand(
    {
      command: "bash",
      args: ["-eo", "pipefail", "-c", command],
      cwd: run.workspace,
      onLine: (line) => runner.info(`site: ${line}`),
    },
    context,
  );
  if (code !== 0) {
    throw new ActionError("BuildFailed", `the site's command "${command}" failed with exit code ${code}`, {
      hint: "its own messages are above, marked `site:`",
    });
  }
  return readSite(join(run.workspace, directory), directory);
}

/** Reads a built site with the headers that each file is to be served with. */
export async function readSite(path: string, shown: string): Promise<BuiltSite> {
  const keys = (await filesBelow(path)).filter((key) => !key.startsWith(".vite/"));
  if (!keys.includes("index.html")) {
    throw new ActionError("BuildFailed", `the site's folder "${shown}" has no index.html`, {
      hint: "give the folder that the site's command writes as input `site-directory`",
    });
  }
  const reserved = keys.filter((key) => key === "config.json" || key === "release.json");
  if (reserved.length > 0) {
    throw new ActionError(
      "BuildFailed",
      `the site holds ${reserved.join(", ")}, which is written at deploy`,
      {
        hint: "keep settings for development out of the built site",
      },
    );
  }
  const files = await Promise.all(
    keys.map(async (key) => {
      const content = await readFile(join(path, key));
      const served: SiteFile = {
        sha256: sha256(content),
        bytes: content.length,
        contentType: contentType(key),
        cacheControl: cacheControl(key),
      };
      return [key, { content, served }] as const;
    }),
  );
  return { files: new Map(files) };
}
