import type { PackageFile } from "./package-files.ts";
import { inFolder, type RepositoryFiles } from "./repository-files.ts";

/** Where each builder writes unless it is told otherwise, by the package that is it. The first that is there counts. */
const outputs: Readonly<Record<string, string>> = {
  "react-scripts": "build",
  "@vue/cli-service": "dist",
  gatsby: "public",
  astro: "dist",
  "@11ty/eleventy": "_site",
  "@ionic/angular": "www",
  vite: "dist",
  parcel: "dist",
};

/** The folder that a site's build writes, seen from its package; undefined where the package builds no site. */
export function siteOutput(
  { folder, dependencies }: PackageFile,
  files: RepositoryFiles,
): string | undefined {
  const angular = files.read(inFolder(folder, "angular.json"));
  if (angular !== undefined) return angularOutput(angular) ?? "dist";
  const builder = Object.keys(outputs).find((name) => dependencies.has(name));
  if (builder === undefined) return undefined;
  return (builder === "vite" ? viteOutput(folder, files) : undefined) ?? outputs[builder];
}

function viteOutput(folder: string, files: RepositoryFiles): string | undefined {
  for (const ending of ["ts", "js", "mts", "mjs"]) {
    const [, written] =
      /outDir:\s*["'`]([^"'`]+)["'`]/.exec(files.read(inFolder(folder, `vite.config.${ending}`)) ?? "") ?? [];
    if (written !== undefined) return written.replace(/^\.\//, "");
  }
  return undefined;
}

/** `outputPath` of the first project; the builder named `application` adds a folder for what browsers get. */
function angularOutput(text: string): string | undefined {
  const [, path] = /"outputPath"\s*:\s*"([^"]+)"/.exec(text) ?? [];
  if (path === undefined) return undefined;
  return /"builder"\s*:\s*"@angular(?:-devkit)?\/build(?:-angular)?:application"/.test(text)
    ? `${path}/browser`
    : path;
}
