// What an app in a repository is, by its files: which folder is its API, its site, its migrations.
import { type PackageFile, packageFiles, runScript } from "./package-files.ts";
import { folderOf, inFolder, type RepositoryFiles } from "./repository-files.ts";
import { siteOutput } from "./site-output.ts";

export interface FoundApp {
  readonly api: { readonly directory: string; readonly command: string } | undefined;
  readonly site: { readonly directory: string; readonly command: string } | undefined;
  readonly migrations: { readonly directory: string } | undefined;
  readonly suites: readonly Readonly<Record<string, string | boolean>>[];
  /** What somebody has to look at or decide, a sentence each. */
  readonly notes: readonly string[];
}

const servers = ["express", "fastify", "koa", "@nestjs/core", "@hapi/hapi", "restify"];

/** Pure: equal files give an equal answer. What is ambiguous is left out, and a note says so. */
export function foundApp(files: RepositoryFiles): FoundApp {
  const notes: string[] = [];
  const packages = packageFiles(files);
  const api = onlyOne(
    packages.filter(({ dependencies }) => servers.some((name) => dependencies.has(name))),
    (all) =>
      notes.push(`several folders have a server: ${all.map(shown).join(", ")}; name one as api-directory`),
  );
  const site = onlyOne(
    packages.flatMap((one) => {
      const output = one.scripts.build === undefined ? undefined : siteOutput(one, files);
      return output === undefined ? [] : [{ ...one, output }];
    }),
    (all) =>
      notes.push(`several folders build a site: ${all.map(shown).join(", ")}; name one as site-directory`),
  );
  const plain = site === undefined ? plainSite(files, api) : undefined;
  const migrations = migrationsFolder(files, notes);
  const app = {
    api: api && { directory: api.folder || ".", command: buildCommand(api, site) },
    site: site
      ? { directory: inFolder(site.folder, site.output), command: runScript(site, "build") }
      : plain === undefined
        ? undefined
        : { directory: plain, command: "" },
    migrations,
  };
  notes.push(
    ...bakedAddresses(files, site?.folder ?? plain),
    ...platformNotes(files, api),
    ...otherDeploys(files),
  );
  if (!app.api && !app.site && !app.migrations) {
    notes.push("no server, no site and no migrations were found: fill in what there is by hand");
  }
  return { ...app, suites: suitesOf(packages, api), notes };
}

function onlyOne<Found>(
  found: readonly Found[],
  ambiguous: (all: readonly Found[]) => void,
): Found | undefined {
  if (found.length > 1) ambiguous(found);
  return found.length === 1 ? found[0] : undefined;
}

const shown = ({ folder }: Pick<PackageFile, "folder">): string => `"${folder || "."}"`;

/** Where site and API are one package, its build is the site's. */
function buildCommand(api: PackageFile, site: PackageFile | undefined): string {
  return api.scripts.build === undefined || api.folder === site?.folder ? "" : runScript(api, "build");
}

/** A folder with an entry page that no package builds and no server owns. */
function plainSite({ paths }: RepositoryFiles, api: PackageFile | undefined): string | undefined {
  const folders = paths
    .filter((path) => /(^|\/)index\.html$/.test(path))
    .map(folderOf)
    .filter((folder) => folder !== "" && !/(^|\/)(docs?|coverage|test|tests|node_modules)(\/|$)/.test(folder))
    .filter(
      (folder) => api === undefined || (api.folder !== "" && !`${folder}/`.startsWith(`${api.folder}/`)),
    );
  const tops = folders.filter(
    (folder) => !folders.some((other) => other !== folder && folder.startsWith(`${other}/`)),
  );
  return tops.length === 1 ? tops[0] : undefined;
}

/** The folder with a `.sequelizerc`, which says where they are; else the only one that is named so and has some. */
function migrationsFolder({ paths }: RepositoryFiles, notes: string[]): FoundApp["migrations"] {
  const configured = paths.filter((path) => /(^|\/)\.sequelizerc$/.test(path)).map(folderOf);
  if (configured.length === 1) return { directory: configured[0] || "." };
  const named = [
    ...new Set(paths.filter((path) => /(^|\/)migrations\/\d[^/]*\.[cm]?[jt]s$/.test(path)).map(folderOf)),
  ];
  const only = onlyOne(named, (all) => {
    notes.push(`several folders have migrations: ${all.join(", ")}; name one as migrations-directory`);
  });
  return only === undefined ? undefined : { directory: only };
}

/** A job for each package that has tests; those of a server find an empty PostgreSQL where it uses one. */
function suitesOf(packages: readonly PackageFile[], api: PackageFile | undefined): FoundApp["suites"] {
  const tested = packages.filter(
    ({ scripts }) => scripts.test !== undefined && !scripts.test.includes("no test specified"),
  );
  // A test script at the top of several packages mostly runs those of the others.
  const top = tested.find(({ folder }) => folder === "");
  return (top === undefined ? tested : [top]).map((one) => ({
    suite:
      one.folder === ""
        ? "test"
        : (one.folder.split("/").at(-1) ?? "test").toLowerCase().replace(/[^a-z0-9-]/g, "-"),
    command: runScript(one, "test"),
    ...(api?.dependencies.has("pg") && (one === api || one.folder === "") ? { "test-database": true } : {}),
  }));
}

/** Addresses of AWS, or of this machine, in what the site is built from: they would be those of one environment for ever. */
function bakedAddresses(files: RepositoryFiles, folder: string | undefined): readonly string[] {
  if (folder === undefined) return [];
  const within = files.paths.filter(
    (path) =>
      (folder === "" || path.startsWith(`${folder}/`)) &&
      /(\.[cm]?[jt]sx?|\.vue|\.html|\.json|\.env[.\w]*)$/.test(path),
  );
  for (const path of within.filter((name) => !/lock\.json$|(^|\/)package\.json$/.test(name))) {
    const [address] =
      /https?:\/\/[\w.-]*(?:elasticbeanstalk\.com|amazonaws\.com|localhost:\d+)[\w/.-]*/.exec(
        files.read(path) ?? "",
      ) ?? [];
    if (address !== undefined) {
      return [
        `"${path}" says "${address}": where the site finds its API must not be built in; use relative addresses, or read config.json (config: true)`,
      ];
    }
  }
  return [];
}

function platformNotes({ paths, read }: RepositoryFiles, api: PackageFile | undefined): readonly string[] {
  if (api === undefined) return [];
  const notes: string[] = [];
  if (api.scripts.start === undefined && !paths.includes(inFolder(api.folder, "Procfile"))) {
    notes.push(
      `${shown(api)} has neither a Procfile nor a script "start": Elastic Beanstalk would not know how to start it`,
    );
  }
  const settings = paths.filter(
    (path) =>
      path.startsWith(inFolder(api.folder, ".ebextensions/")) && /^option_settings:/m.test(read(path) ?? ""),
  );
  if (settings.length > 0) {
    notes.push(
      `${settings.map((path) => `"${path}"`).join(" and ")} has option_settings: an immutable deployment refuses those that differ from the environment's`,
    );
  }
  return notes;
}

/** Workflows that would go on deploying beside the pipeline. */
function otherDeploys({ paths, read }: RepositoryFiles): readonly string[] {
  const known =
    /einaregilsson\/beanstalk-deploy|\beb deploy\b|aws s3 (?:sync|cp)|s3-sync-action|elasticbeanstalk (?:create|update)|sequelize(?:-cli)? db:migrate/;
  return paths
    .filter((path) =>
      /^\.github\/workflows\/[^/]+\.ya?ml$|^\.circleci\/config\.yml$|^\.gitlab-ci\.yml$/.test(path),
    )
    .flatMap((path) => {
      const [what] = known.exec(read(path) ?? "") ?? [];
      return what === undefined ? [] : [`"${path}" deploys too ("${what}"): remove it before the first push`];
    });
}
