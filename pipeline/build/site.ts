import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { filesBelow } from "../bundle/bundle-check.ts";
import { headersByRule } from "../bundle/header-rules.ts";
import type { SiteFile } from "../bundle/manifest.ts";
import { compressedBeside, type Precompression } from "../bundle/precompressed.ts";
import { publishedFiles } from "../bundle/published-files.ts";
import { redirectingFile } from "../bundle/redirects.ts";
import type { ActionContext } from "../kit/action.ts";
import { runCommand } from "../kit/child-process.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import type { BuildInputs } from "./inputs.ts";

interface BuiltFile {
  readonly content: Uint8Array;
  readonly served: SiteFile;
}

interface BuiltSite {
  readonly files: ReadonlyMap<string, BuiltFile>;
}

type SiteInputs = Pick<
  BuildInputs,
  | "directory"
  | "site-command"
  | "site-directory"
  | "build-env"
  | "cache-control"
  | "content-type"
  | "content-encoding"
  | "content-disposition"
  | "metadata"
  | "precompress"
  | "redirects"
  | "exclude"
  | "publish-anyway"
  | "written-at-deploy"
>;

/** Builds the site by its own command, where it has one, and reads its folder, with the headers and redirects that were asked for. */
export async function buildSite(inputs: SiteInputs, context: ActionContext): Promise<BuiltSite> {
  const { "site-command": command, "site-directory": directory } = inputs;
  if (command !== "") await runSiteCommand(command, inputs["build-env"], context);
  const files = await readSite(join(context.run.workspace, directory), directory, inputs);
  addRedirects(files, inputs.redirects, inputs["written-at-deploy"]);
  addCompressed(files, inputs.precompress);
  return { files };
}

async function runSiteCommand(
  command: string,
  env: Readonly<Record<string, string>>,
  context: ActionContext,
): Promise<void> {
  const { runner, run } = context;
  const code = await runCommand(
    {
      command: "bash",
      args: ["-eo", "pipefail", "-c", command],
      cwd: run.workspace,
      env,
      onLine: (line) => runner.info(`site: ${line}`),
    },
    context,
  );
  if (code === 0) return;
  throw new ActionError("BuildFailed", `the site's command "${command}" failed with exit code ${code}`, {
    hint: "its own messages are above, marked `site:`",
  });
}

async function readSite(path: string, shown: string, rules: SiteInputs): Promise<Map<string, BuiltFile>> {
  const headers = headersByRule(rules["cache-control"], rules["content-type"], {
    encodings: rules["content-encoding"],
    dispositions: rules["content-disposition"],
    metadata: rules.metadata,
  });
  const isRepositorys = filesOfRepository(shown, rules.directory);
  const built = (await filesBelow(path)).filter((key) => !key.startsWith(".vite/") && !isRepositorys(key));
  const keys = publishedFiles(built, { exclude: rules.exclude, publishAnyway: rules["publish-anyway"] });
  if (!keys.includes("index.html")) {
    throw new ActionError("BuildFailed", `the site's folder "${shown}" has no index.html`, {
      hint: "give the folder that the site's command writes as input `site-directory`",
    });
  }
  const reserved = keys.filter((key) => rules["written-at-deploy"].includes(key));
  if (reserved.length > 0) {
    throw new ActionError(
      "BuildFailed",
      `the site holds ${reserved.join(", ")}, which is written at deploy`,
      {
        hint: "keep settings for development out of the built site, or take what nothing writes out of the input `written-at-deploy`",
      },
    );
  }
  const files = await Promise.all(
    keys.map(async (key) => {
      const content = await readFile(join(path, key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ERR_FS_FILE_TOO_LARGE") throw tooLarge(key, error);
        throw ["EISDIR", "ENOENT"].includes(error.code ?? "") ? noFile(key, error) : error;
      });
      const served: SiteFile = { sha256: sha256(content), bytes: content.length, ...headers(key) };
      return [key, { content, served }] as const;
    }),
  );
  return new Map(files);
}

/**
 * Which files of a site's folder are the repository's and no part of the site. A checkout's history, with whatever credentials its
 * configuration holds, never is one; at the root of the repository nor are its hidden files, its packages and the bundle itself.
 */
function filesOfRepository(siteDirectory: string, bundle: string): (key: string) => boolean {
  const history = /(^|\/)\.git(\/|$)/;
  if (normalize(`${siteDirectory}/`) !== "./") return (key) => history.test(key);
  const ofRoot = ["node_modules/", normalize(`${bundle}/`)];
  return (key) =>
    history.test(key) ||
    ofRoot.some((folder) => key.startsWith(folder)) ||
    (key.startsWith(".") && !key.startsWith(".well-known/"));
}

/** A link to a folder, or to nothing: what a link to a file leads to is taken in its place. */
function noFile(key: string, cause: unknown): ActionError {
  return new ActionError("BuildFailed", `the site's "${key}" is a link that leads to no file`, {
    hint: "let the site's command copy what it leads to, or name it in `exclude`",
    cause,
  });
}

function tooLarge(key: string, cause: unknown): ActionError {
  return new ActionError("BuildFailed", `the site's file "${key}" has more than 2 GiB`, {
    hint: "keep files of that size out of releases: put them into a bucket of their own by a step with `s3-sync`",
    cause,
  });
}

/** A redirect is a file of the release, so that whatever puts the release back puts its redirects back too. */
function addRedirects(
  files: Map<string, BuiltFile>,
  redirects: BuildInputs["redirects"],
  reserved: readonly string[],
): void {
  for (const redirect of redirects) {
    const { key, to } = redirect;
    if (files.has(key) || reserved.includes(key)) {
      throw new ActionError(
        "BuildFailed",
        `input "redirects" sends "${key}" to "${to}", but the site has such a file`,
        {
          hint: "take one of the two out",
        },
      );
    }
    files.set(key, { content: new Uint8Array(), served: redirectingFile(redirect) });
  }
}

/** What the site's command wrote under such a name stays as it is. */
function addCompressed(files: Map<string, BuiltFile>, into: readonly Precompression[]): void {
  for (const [key, { content, served }] of [...files]) {
    for (const beside of compressedBeside(key, served, () => content, into)) {
      if (!files.has(beside.key)) files.set(beside.key, beside);
    }
  }
}
