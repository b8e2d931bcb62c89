import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { build, type Metafile } from "esbuild";
import { licenceTexts } from "./licence-texts.ts";

export interface ActionBundles {
  /** Content by path inside actions/dist. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bytes: { readonly shared: number; readonly sequelize: number };
}

/** All code that actions run must be downloaded with each job; Sequelize is the one exception. */
const maximumBytes = 2_600_000;

/** Drivers that Sequelize and pg name but that nothing here uses. */
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

/** Bundles the actions' `main.ts` with what they share in common chunks. Equal sources and packages give equal bytes. */
export async function bundleActions(root: string, names: readonly string[]): Promise<ActionBundles> {
  const dist = join(root, "actions", "dist");
  const result = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries([
      ...names.map((name) => [`main/${name}`, `actions/${name}/main.ts`]),
      ...workers(root),
    ]),
    outdir: dist,
    write: false,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minify: true,
    // Errors are told apart by their class names, also in messages.
    keepNames: true,
    legalComments: "none",
    metafile: true,
    // Paths decide names and order; packages that are linked in from elsewhere count as if they lay here.
    preserveSymlinks: true,
    logLevel: "error",
    entryNames: "[dir]/[name]",
    chunkNames: "chunks/[hash]",
    external: absentDrivers,
    mainFields: ["module", "main"],
    // Packages in CommonJS call require(), which an ES module does not have.
    banner: {
      js: 'const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);',
    },
  });
  const files = new Map<string, Uint8Array>(
    result.outputFiles.map(({ path, contents }) => [path.slice(dist.length + 1), contents]),
  );
  for (const name of names) files.set(`${name}.js`, Buffer.from(beginning(name)));
  const bytes = sizes(result.metafile);
  if (bytes.shared > maximumBytes) {
    throw new Error(
      `the actions' bundles have ${bytes.shared} bytes without Sequelize, more than ${maximumBytes}; ${largest(result.metafile)}`,
    );
  }
  files.set("LICENSES.txt", Buffer.from(licenceTexts(root, Object.keys(result.metafile.inputs))));
  return { files, bytes };
}

/**
 * What the runner starts: each step of a job is a process of its own, and the second one shall not compile again what the first one
 * did. Node reads the setting before what is imported after it alone
 * (https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache).
 */
function beginning(name: string): string {
  return `import { enableCompileCache } from "node:module";
const { RUNNER_TEMP, NODE_COMPILE_CACHE } = process.env;
if (RUNNER_TEMP && !NODE_COMPILE_CACHE) enableCompileCache(\`\${RUNNER_TEMP}/compile-cache\`);
await import("./main/${name}.js");
`;
}

/** Files that a thread or another process of an action begins with; each is an entry of its own. */
function workers(root: string): [output: string, input: string][] {
  const files = globSync("pipeline/**/*-worker.ts", { cwd: root }).sort();
  return files.map((file) => [basename(file, ".ts"), file]);
}

function sizes(metafile: Metafile): { shared: number; sequelize: number } {
  const counted = { shared: 0, sequelize: 0 };
  for (const { bytes, inputs } of Object.values(metafile.outputs)) {
    const isSequelize = Object.keys(inputs).some((input) => input.startsWith("node_modules/sequelize/"));
    counted[isSequelize ? "sequelize" : "shared"] += bytes;
  }
  return counted;
}

/** The packages that weigh most, for whoever has to make the bundles smaller. */
function largest(metafile: Metafile): string {
  const byPackage = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? "this repository";
      byPackage.set(name, (byPackage.get(name) ?? 0) + bytesInOutput);
    }
  }
  const top = [...byPackage].sort(([, a], [, b]) => b - a).slice(0, 8);
  return top.map(([name, bytes]) => `${name} ${bytes}`).join(", ");
}
