import { createRequire } from "node:module";
import { join } from "node:path";
import type { BuildOptions, BuildResult, Message } from "esbuild";
import { ActionError } from "../kit/errors.ts";

/** Database drivers that Sequelize names but that this application does not use; they are not installed. */
const absentDrivers = [
  "pg-native",
  "pg-hstore",
  "mysql2",
  "sqlite3",
  "tedious",
  "mariadb",
  "oracledb",
  "snowflake-sdk",
  "ibm_db",
  "odbc",
];

const options = {
  bundle: true,
  write: false,
  platform: "node",
  format: "esm",
  target: "node24",
  legalComments: "none",
  logLevel: "silent",
  external: absentDrivers,
  // Of the bundle: what lies beside a source file does not lie there.
  define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
  // Packages in CommonJS call require(), which an ES module does not have. A source may import createRequire
  // itself, and declare require again, which esbuild writes as var too.
  banner: {
    js: 'import { createRequire as createBundleRequire } from "node:module"; var require = createBundleRequire(import.meta.url);',
  },
} satisfies BuildOptions;

/** Bundles one file of the workspace, with the workspace's own esbuild, into the text of one self-contained ES module. */
export async function bundleModule(
  workspace: string,
  what: string,
  entry: Pick<BuildOptions, "entryPoints" | "stdin">,
): Promise<Uint8Array> {
  return (await bundle(workspace, what, entry)).contents;
}

/** The same, and a source map beside it, with paths relative to `folder`. */
export async function bundleWithMap(
  workspace: string,
  what: string,
  stdin: NonNullable<BuildOptions["stdin"]>,
  folder: string,
): Promise<{ readonly contents: Uint8Array; readonly map: string }> {
  // Nothing is written there.
  const outfile = join(folder, "bundled.mjs");
  return bundle(workspace, what, { stdin, outfile, sourcemap: "external", sourcesContent: false });
}

async function bundle(
  workspace: string,
  what: string,
  entry: BuildOptions,
): Promise<{ readonly contents: Uint8Array; readonly map: string }> {
  const esbuild = workspaceEsbuild(workspace);
  try {
    const result = (await esbuild.build({ ...options, ...entry, absWorkingDir: workspace })) as BuildResult<{
      write: false;
    }>;
    const map = result.outputFiles.find(({ path }) => path.endsWith(".map"));
    const file = result.outputFiles.find((one) => one !== map);
    if (file === undefined) throw new Error("esbuild wrote nothing");
    return { contents: file.contents, map: map?.text ?? "" };
  } catch (error) {
    const errors = (error as { errors?: Message[] }).errors;
    throw new ActionError(
      "BuildFailed",
      `${what} could not be bundled${errors ? `: ${errors.map(describe).join("; ")}` : ""}`,
      {
        hint: "correct the file named above; `npm run check` finds most of these before a push",
        cause: errors ? undefined : error,
      },
    );
  }
}

function describe({ text, location }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`;
}

function workspaceEsbuild(workspace: string): typeof import("esbuild") {
  try {
    return createRequire(join(workspace, "package.json"))("esbuild") as typeof import("esbuild");
  } catch (cause) {
    throw new ActionError("BuildFailed", `esbuild is not installed in "${workspace}"`, {
      hint: "add esbuild to the devDependencies of the repository's package.json",
      cause,
    });
  }
}
