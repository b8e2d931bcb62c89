import { parseDocument } from "yaml";
import type { ZipEntry } from "../bundle/zip.ts";

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-sourcebundle.html */
const maximumBytes = 500 * 1024 * 1024;

/**
 * What Elastic Beanstalk would refuse, or worse, ignore: an unreadable .ebextensions file only makes it warn, a hook
 * without exec bit or with Windows line ends fails on the instance. Empty when the bundle is sound.
 */
export function preflight(entries: readonly ZipEntry[], archiveBytes: number): string[] {
  const problems = entries.flatMap((entry) => [
    ...settingsProblems(entry),
    ...hookProblems(entry),
    ...secretProblems(entry),
  ]);
  if (archiveBytes > maximumBytes) {
    problems.push(`the bundle has ${archiveBytes} bytes, more than the ${maximumBytes} that EB takes`);
  }
  return problems;
}

function settingsProblems({ name, content }: ZipEntry): string[] {
  if (!name.startsWith(".ebextensions/")) return [];
  if (!/^\.ebextensions\/[^/]+\.config$/.test(name)) {
    return name.includes("/", ".ebextensions/".length)
      ? []
      : [`${name} would be ignored: its name must end in .config`];
  }
  const document = parseDocument(Buffer.from(content).toString("utf8"));
  const [error] = document.errors;
  if (error) return [`${name} is no YAML: ${error.message.split("\n")[0]}`];
  const value: unknown = document.toJS();
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? []
    : [`${name} must be a mapping such as option_settings: …`];
}

function hookProblems({ name, mode, content }: ZipEntry): string[] {
  if (!/^\.platform\/(config)?hooks\/(prebuild|predeploy|postdeploy)\/[^/]+$/.test(name)) return [];
  return [
    ...((mode & 0o111) === 0 ? [`${name} is not executable: git update-index --chmod=+x ${name}`] : []),
    ...(content.includes(13) ? [`${name} has Windows line ends: save it with LF`] : []),
  ];
}

export function secretProblems({ name }: Pick<ZipEntry, "name">): string[] {
  const file = name.split("/").at(-1) ?? "";
  return /^\.env($|\.)(?!(example|sample|template|dist)$)/.test(file)
    ? [`${name} may hold secrets and must not be in a bundle`]
    : [];
}
