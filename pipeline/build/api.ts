import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { filesBelow } from "../bundle/bundle-check.ts";
import { execBitProblems, preflight } from "../bundle/preflight.ts";
import { writeZip, type ZipEntry } from "../bundle/zip.ts";
import { ActionError } from "../kit/errors.ts";
import { sha256 } from "../kit/sha256.ts";
import type { BuiltApi } from "./built-api.ts";
import { bundleModule } from "./esbuild.ts";
import { locationProblems, versionEntries, versionedLocation } from "./version-entries.ts";

/** The Node versions that the API runs on; EB refuses a bundle whose `engines.node` excludes its platform's. */
const node = ">=24";

/**
 * The API's EB source bundle: one JavaScript file, nothing to install, the settings and hooks of EB, and a location of nginx
 * below `apiPath` that says which version it is. Written to `archive`.
 */
export async function buildApi(
  workspace: string,
  entry: string,
  apiPath: string,
  archive: string,
): Promise<BuiltApi> {
  const [server, ...settings] = await Promise.all([
    bundleModule(workspace, `the API ("${entry}")`, { entryPoints: [entry] }),
    folder(workspace, ".ebextensions"),
    folder(workspace, ".platform"),
  ]);
  const packageJson = { name: "api", private: true, type: "module", engines: { node } };
  const entries: ZipEntry[] = [
    { name: "server.mjs", mode: 0o644, content: server },
    textEntry("package.json", `${JSON.stringify(packageJson, null, 2)}\n`),
    textEntry("Procfile", "web: node server.mjs\n"),
    ...settings.flat(),
  ];
  const version = apiVersion([...entries, versionedLocation(apiPath)]);
  const all = [...entries, ...versionEntries(version, apiPath)];
  const content = writeZip(all);
  const problems = [
    ...entries.flatMap((one) => locationProblems(one, apiPath)),
    ...preflight(all, content.length),
    ...all.flatMap(execBitProblems),
  ];
  if (problems.length > 0) {
    throw new ActionError("BuildFailed", `Elastic Beanstalk would not take the API: ${problems.join("; ")}`, {
      hint: "correct the files named above",
    });
  }
  await writeFile(archive, content);
  return { version, sha256: sha256(content), bytes: content.length, node };
}

/** First 12 hex of the sha256 over name, mode and content of the entries, sorted by name: same content, same version. */
function apiVersion(entries: readonly ZipEntry[]): string {
  const lines = [...entries]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, mode, content }) => `${name}\0${mode.toString(8)}\0${sha256(content)}\n`);
  return sha256(lines.join("")).slice(0, 12);
}

async function folder(workspace: string, name: string): Promise<ZipEntry[]> {
  const paths = await filesBelow(join(workspace, name));
  return Promise.all(
    paths.map(async (path) => {
      const file = join(workspace, name, path);
      const executable = ((await stat(file)).mode & 0o111) !== 0;
      return { name: `${name}/${path}`, mode: executable ? 0o755 : 0o644, content: await readFile(file) };
    }),
  );
}

function textEntry(name: string, text: string): ZipEntry {
  return { name, mode: 0o644, content: Buffer.from(text) };
}
