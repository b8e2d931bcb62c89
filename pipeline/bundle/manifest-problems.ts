/** Checks one value; returns what is wrong with it, or undefined. */
type Check = (value: unknown) => string | undefined;

const matches =
  (pattern: RegExp, expected: string): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `must be ${expected}`;

const count: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "must be a whole number from 0";

const text: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "must be a text");

const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);

const digest = matches(/^[0-9a-f]{64}$/, "a sha256 in hex");

/** Of a migration in schema 1, and of one that the `build` action makes. */
export const migrationName = /^\d{8}T\d{6}Z-[a-z0-9]+(-[a-z0-9]+)*$/;

/** Any file name that sequelize-cli takes: one part of a path, without control characters. */
const migrationFileName = /^(?!\.)[^/\\\p{Cc}]{1,255}$/u;

/** A path of the same website, or an address. */
export const redirectTarget = /^\/(?!\/)|^https?:\/\/[^/]/;

const top: Record<string, Check> = {
  schema: (value) =>
    value === 1 || value === 2 ? undefined : "must be 1 or 2, the schemas that this version knows",
  id: matches(/^\d{8}T\d{6}Z-([0-9a-f]{7}|adopted)$/, "a release id such as 20261123T160507Z-1a2b3c4"),
  commit: matches(/^[0-9a-f]{40}$/, "40 hex digits"),
  committedAt: matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, "an ISO 8601 time in UTC"),
};

const api: Record<string, Check> = {
  version: matches(/^[0-9a-f]{12}$/, "12 hex digits"),
  sha256: digest,
  bytes: count,
  node: text,
};

/** Of a release that was taken over: its commit is not known, and its API has the label under which it was deployed. */
const adoptedTop: Record<string, Check> = {
  ...top,
  commit: (value) => (value === "" ? undefined : 'must be "", which nobody knows'),
  recorded: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === "string")
      ? undefined
      : "must be a list of texts",
};

const adoptedApi: Record<string, Check> = {
  ...api,
  version: matches(/^[^/\p{Cc}]{1,100}$/u, "a version label"),
};

const siteFile: Record<string, Check> = {
  sha256: digest,
  bytes: count,
  contentType: text,
  cacheControl: (value) => (typeof value === "string" ? undefined : "must be a text"),
  contentEncoding: optional(text),
  contentDisposition: optional(text),
  metadata: optional((value) =>
    isRecord(value) && Object.values(value).every((one) => typeof one === "string")
      ? undefined
      : "must be texts by name",
  ),
  redirect: optional(matches(redirectTarget, "an address, or a path from /")),
};

const phase = matches(/^(expand|contract)$/, '"expand" or "contract"');

const migration: Record<string, Check> = {
  name: matches(migrationFileName, "a file name"),
  file: optional((value) =>
    typeof value === "string" && siteKeyProblem(value) === undefined
      ? undefined
      : "must be a path inside an archive",
  ),
  sha256: digest,
  sourceSha256: optional(digest),
  phase: optional(phase),
  reversible: (value) => (typeof value === "boolean" ? undefined : "must be true or false"),
  findings: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === "string")
      ? undefined
      : "must be a list of texts",
  // What is in it is of the version that wrote it; readers take what they know.
  observed: (value) => (value === undefined || isRecord(value) ? undefined : "must be an object"),
};

const archive: Record<string, Check> = { sha256: digest, bytes: count };

const migrationOfSchema1: Record<string, Check> = {
  ...migration,
  name: matches(migrationName, "YYYYMMDDTHHMMSSZ-kebab-name"),
  phase,
};

/** Keys that a site cannot have: they would leave the folder. */
export function siteKeyProblem(key: string): string | undefined {
  return /(^|\/)(\.\.?)?(\/|$)/.test(key) ? "is no path inside the site" : undefined;
}

/** Everything that is wrong with a manifest, each naming its field and value; empty for a right one. */
export function manifestProblems(value: unknown): string[] {
  if (!isRecord(value)) return ["must be an object"];
  const isAdopted = value.origin === "adopted";
  const problems = check(value, isAdopted ? adoptedTop : top, "");
  if (!isAdopted && value.origin !== undefined)
    problems.push(`origin must be "adopted" or absent, not ${show(value.origin)}`);
  // Schema 1 has every tier; later ones leave out what the app does not have.
  const isWhole = value.schema === 1;
  const has = (part: "api" | "site" | "migrations") => isWhole || value[part] !== undefined;
  if (!has("api") && !has("site") && !has("migrations"))
    problems.push("has no api, no site and no migrations");
  if (has("api")) problems.push(...check(value.api, isAdopted ? adoptedApi : api, "api"));
  if (has("site")) problems.push(...siteProblems(value.site));
  if (has("migrations")) {
    problems.push(...migrationsProblems(value.migrations, isWhole ? migrationOfSchema1 : migration));
  }
  if (value.migrationsArchive !== undefined)
    problems.push(...check(value.migrationsArchive, archive, "migrationsArchive"));
  return problems;
}

function siteProblems(site: unknown): string[] {
  const files = isRecord(site) ? site.files : undefined;
  if (!isRecord(files)) return [`site.files must be an object, not ${show(files)}`];
  return Object.entries(files).flatMap(([key, file]) => {
    const wrong = siteKeyProblem(key);
    const problems = check(file, siteFile, `site.files["${key}"]`);
    return wrong ? [`site.files key "${key}" ${wrong}`, ...problems] : problems;
  });
}

function migrationsProblems(migrations: unknown, fields: Record<string, Check>): string[] {
  if (!Array.isArray(migrations)) return [`migrations must be a list, not ${show(migrations)}`];
  const names = new Set<unknown>();
  return migrations.flatMap((entry, index) => {
    const problems = check(entry, fields, `migrations[${index}]`);
    const name = isRecord(entry) ? entry.name : undefined;
    if (names.has(name)) problems.push(`migrations[${index}].name ${show(name)} appears twice`);
    names.add(name);
    return problems;
  });
}

function check(value: unknown, fields: Record<string, Check>, path: string): string[] {
  if (!isRecord(value)) return [`${path} must be an object, not ${show(value)}`];
  const problems: string[] = [];
  for (const name in fields) {
    const problem = fields[name]?.(value[name]);
    if (problem === undefined) continue;
    problems.push(`${path === "" ? name : `${path}.${name}`} ${problem}, not ${show(value[name])}`);
  }
  return problems;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value).slice(0, 80);
}
