import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";

interface Manifest {
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * Packages that the code of a workspace imports and its own package.json does not name, and packages that two workspaces name in two
 * versions. npm puts all workspaces' packages in one folder, so that either would go unnoticed until one of them moves.
 */
export async function checkDeclaredImports(root: string): Promise<readonly string[]> {
  const { workspaces = [] } = readManifest(root);
  const declared = new Map(workspaces.map((name) => [name, packagesOf(readManifest(join(root, name)))]));
  const undeclared = (await importedPackages(root, workspaces))
    .filter(({ workspace, name }) => declared.get(workspace)?.has(name) === false)
    .map(
      ({ workspace, name, file }) =>
        `${workspace}/package.json does not name "${name}", which ${file} imports`,
    );
  return [...new Set(undeclared), ...differingVersions(declared)];
}

interface ImportedPackage {
  readonly workspace: string;
  readonly name: string;
  /** The first file that imports it. */
  readonly file: string;
}

async function importedPackages(
  root: string,
  workspaces: readonly string[],
): Promise<readonly ImportedPackage[]> {
  const files = workspaces.flatMap((workspace) => {
    // A package.json further down makes what lies beside it somebody else's code, such as that of a customer.
    const others = globSync(`${workspace}/**/package.json`, { cwd: root, exclude: ["**/node_modules/**"] })
      .filter((file) => file !== `${workspace}/package.json`)
      .map((file) => `${dirname(file)}/**`);
    const exclude = ["**/node_modules/**", "**/dist/**", ...others];
    return globSync(`${workspace}/**/*.{ts,tsx}`, { cwd: root, exclude });
  });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files.filter((file) => !file.endsWith(".d.ts")).sort(),
    outdir: root,
    write: false,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node24",
    loader: { ".css": "empty", ".svg": "empty" },
    metafile: true,
    logLevel: "error",
  });
  const found = new Map<string, ImportedPackage>();
  for (const [file, { imports }] of Object.entries(metafile.inputs)) {
    const workspace = workspaces.find((name) => file.startsWith(`${name}/`));
    for (const { path, external } of imports) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (!external || workspace === undefined || name === undefined || isBuiltin(path)) continue;
      // esbuild's own helpers.
      if (name === "<runtime>") continue;
      const key = `${workspace} ${name}`;
      if (!found.has(key)) found.set(key, { workspace, name, file });
    }
  }
  return [...found.values()];
}

function differingVersions(declared: ReadonlyMap<string, ReadonlyMap<string, string>>): readonly string[] {
  const places = new Map<string, Map<string, string[]>>();
  for (const [workspace, packages] of declared) {
    for (const [name, version] of packages) {
      const versions = places.get(name) ?? new Map<string, string[]>();
      versions.set(version, [...(versions.get(version) ?? []), workspace]);
      places.set(name, versions);
    }
  }
  return [...places]
    .filter(([, versions]) => versions.size > 1)
    .map(([name, versions]) => {
      const all = [...versions].map(([version, where]) => `${version} (${where.join(", ")})`);
      return `"${name}" is named in several versions: ${all.join(" and ")}`;
    });
}

function packagesOf(manifest: Manifest): ReadonlyMap<string, string> {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  return new Map(Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }));
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}
