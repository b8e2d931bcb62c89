import { configurationFile, readConfiguration } from "./configuration-files.ts";
import type { ZipEntry } from "./zip.ts";

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-sourcebundle.html */
const maximumBytes = 500 * 1024 * 1024;

/**
 * What Elastic Beanstalk would refuse, or worse, ignore: an unreadable .ebextensions file only makes it warn, a hook with Windows
 * line ends fails on the instance. `names` are those of files of which only the name is known. Empty when the bundle is sound.
 */
export function preflight(
  entries: readonly ZipEntry[],
  archiveBytes: number,
  names: readonly Pick<ZipEntry, "name">[] = entries,
): string[] {
  const problems = [
    ...entries.flatMap((entry) => [...settingsProblems(entry), ...lineEndProblems(entry)]),
    ...names.flatMap(secretProblems),
  ];
  if (archiveBytes > maximumBytes) {
    problems.push(`the bundle has ${archiveBytes} bytes, more than the ${maximumBytes} that EB takes`);
  }
  return problems;
}

const hook = /^\.platform\/(config)?hooks\/(prebuild|predeploy|postdeploy)\/[^/]+$/;

/**
 * Platforms before 29 April 2022 run no hook without exec bit; later ones set it themselves:
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/platforms-linux-extend.hooks.html
 */
export function execBitProblems({ name, mode }: Pick<ZipEntry, "name" | "mode">): string[] {
  return hook.test(name) && (mode & 0o111) === 0
    ? [`${name} is not executable: git update-index --chmod=+x ${name}`]
    : [];
}

function settingsProblems({ name, content }: ZipEntry): readonly string[] {
  if (configurationFile.test(name)) return readConfiguration([{ name, content }]).problems;
  return /^\.ebextensions\/[^/]+$/.test(name)
    ? [`${name} would be ignored: its name must end in .config`]
    : [];
}

function lineEndProblems({ name, content }: ZipEntry): string[] {
  const isProgram = Buffer.from(content.subarray(0, 4)).toString("latin1") === "\x7fELF";
  return hook.test(name) && !isProgram && content.includes(13)
    ? [`${name} has Windows line ends: save it with LF`]
    : [];
}

export function secretProblems({ name }: Pick<ZipEntry, "name">): string[] {
  const file = name.split("/").at(-1) ?? "";
  return /^\.env($|\.)(?!(example|sample|template|dist)$)/.test(file)
    ? [`${name} may hold secrets and must not be in a bundle`]
    : [];
}
