import type { Manifest } from "../bundle/manifest.ts";
import type { EarlierResult } from "../github/earlier-result.ts";

/** The outcome of a build, as lines of the log. */
export function describeBuild(
  manifest: Manifest,
  earlier: EarlierResult | undefined,
  seconds: number,
): string[] {
  const { files, bytes } = siteSize(manifest);
  const origin =
    earlier === undefined ? "built" : `taken from run ${earlier.runId}, which built the same files`;
  return [
    `release ${manifest.id}: ${origin} in ${seconds.toFixed(1)} s`,
    `  api         ${manifest.api.version}  ${kilobytes(manifest.api.bytes)}`,
    `  site        ${files} files, ${kilobytes(bytes)}`,
    ...manifest.migrations.map(
      ({ name, phase, reversible }) => `  migration   ${name}  ${phase}${reversible ? "" : ", one way"}`,
    ),
  ];
}

/** The same as Markdown for the job summary. */
export function summarizeBuild(
  manifest: Manifest,
  earlier: EarlierResult | undefined,
  seconds: number,
): string {
  const { files, bytes } = siteSize(manifest);
  const how = earlier === undefined ? `Built in ${seconds.toFixed(1)} s` : `Taken from run ${earlier.runId}`;
  return [
    `### Release \`${manifest.id}\``,
    "",
    `${how}.`,
    "",
    "| part | what |",
    "|---|---|",
    `| API | version \`${manifest.api.version}\`, ${kilobytes(manifest.api.bytes)} |`,
    `| site | ${files} files, ${kilobytes(bytes)} |`,
    `| migrations | ${manifest.migrations.length} |`,
    "",
  ].join("\n");
}

function siteSize(manifest: Manifest): { files: number; bytes: number } {
  const files = Object.values(manifest.site.files);
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
