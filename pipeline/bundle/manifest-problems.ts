/** Checks one value; returns what is wrong with it, or undefined. */
type Check = (value: unknown) => string | undefined;

const matches =
  (pattern: RegExp, expected: string): Check =>
  (value) =>
    typeof value === "string" && pattern.test(value) ? undefined : `must be ${expected}`;

const count: Check = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : "must be a whole number from 0";

const text: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "must be a text");

const digest = matches(/^[0-9a-f]{64}$/, "a sha256 in hex");

export const migrationName = /^\d{8}T\d{6}Z-[a-z0-9]+(-[a-z0-9]+)*$/;

/** A path of the same website, or an address. */
export const redirectTarget = /^\/(?!\/)|^https?:\/\/[^/]/;

const top: Record<string, Check> = {
  schema: (value) => (value === 1 ? undefined : "must be 1, the only schema that this version knows"),
  id: matches(/^\d{8}T\d{6}Z-[0-9a-f]{7}$/, "a release id such as 20261123T160507Z-1a2b3c4"),
  commit: matches(/^[0-9a-f]{40}$/, "40 hex digits"),
  committedAt: matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, "an ISO 8601 time in UTC"),
};

const api: Record<string, Check> = {
  version: matches(/^[0-9a-f]{12}$/, "12 hex digits"),
  sha256: digest,
  bytes: count,
  node: text,
};

const siteFile: Record<string, Check> = {
  sha256: digest,
  bytes: count,
  contentType: text,
  cacheControl: text,
  redirect: (value) =>
    value === undefined ? undefined : matches(redirectTarget, "an address, or a path from /")(value),
};

const migration: Record<string, Check> = {
  name: matches(migrationName, "YYYYMMDDTHHMMSSZ-kebab-name"),
  sha256: digest,
  phase: matches(/^(expand|contract)$/, '"expand" or "contract"'),
  reversible: (value) => (typeof value === "boolean" ? undefined : "must be true or false"),
  findings: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === "string")
      ? undefined
      : "must be a list of texts",
};

/** Keys that a site cannot have: they would leave the folder, or `s3-sync` writes them at deploy. */
function siteKeyProblem(key: string): string | undefined {
  if (/(^|\/)(\.\.?)?(\/|$)/.test(key)) return "is no path inside the site";
  return key === "config.json" || key === "release.json" ? "is written at deploy, never built" : undefined;
}

/** Everything that is wrong with a manifest, each naming its field and value; empty for a right one. */
export function manifestProblems(value: unknown): string[] {
  if (!isRecord(value)) return ["must be an object"];
  const problems = check(value, top, "");
  problems.push(...check(value.api, api, "api"));
  const files = isRecord(value.site) ? value.site.files : undefined;
  if (!isRecord(files)) problems.push(`site.files must be an object, not ${show(files)}`);
  for (const [key, file] of Object.entries(isRecord(files) ? files : {})) {
    const wrong = siteKeyProblem(key);
    if (wrong) problems.push(`site.files key "${key}" ${wrong}`);
    problems.push(...check(file, siteFile, `site.files["${key}"]`));
  }
  if (!Array.isArray(value.migrations)) {
    return [...problems, `migrations must be a list, not ${show(value.migrations)}`];
  }
  const names = new Set<unknown>();
  for (const [index, entry] of value.migrations.entries()) {
    problems.push(...check(entry, migration, `migrations[${index}]`));
    const name = isRecord(entry) ? entry.name : undefined;
    if (names.has(name)) problems.push(`migrations[${index}].name ${show(name)} appears twice`);
    names.add(name);
  }
  return problems;
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
