import type { Manifest, SitePart } from "../bundle/manifest.ts";
import { phaseOf } from "../bundle/migration-names.ts";
import type { EarlierResult } from "../github/earlier-result.ts";
import { findingWords } from "../schema/judge/pending.ts";

/** The outcome of a build, as lines of the log. */
export function describeBuild(
  manifest: Manifest,
  earlier: EarlierResult | undefined,
  seconds: number,
): string[] {
  const { api, site, migrations = [] } = manifest;
  const origin =
    earlier === undefined ? "built" : `taken from run ${earlier.runId}, which built the same files`;
  return [
    `release ${manifest.id}: ${origin} in ${seconds.toFixed(1)} s`,
    ...(api ? [`  api         ${api.version}  ${kilobytes(api.bytes)}`] : []),
    ...(site ? [`  site        ${siteSize(site)}`] : []),
    ...migrations.map(
      (migration) =>
        `  migration   ${migration.name}  ${phaseOf(migration)}${migration.reversible ? "" : ", one way"}, ${findingWords(migration)}`,
    ),
  ];
}

/** The same as Markdown for the job summary. */
export function summarizeBuild(
  manifest: Manifest,
  earlier: EarlierResult | undefined,
  seconds: number,
): string {
  const { api, site, migrations } = manifest;
  const how = earlier === undefined ? `Built in ${seconds.toFixed(1)} s` : `Taken from run ${earlier.runId}`;
  return [
    `### Release \`${manifest.id}\``,
    "",
    `${how}.`,
    "",
    "| part | what |",
    "|---|---|",
    ...(api ? [`| API | version \`${api.version}\`, ${kilobytes(api.bytes)} |`] : []),
    ...(site ? [`| site | ${siteSize(site)} |`] : []),
    ...(migrations ? [`| migrations | ${migrations.length} |`] : []),
    "",
  ].join("\n");
}

function siteSize(site: SitePart): string {
  const files = Object.values(site.files);
  return `${files.length} files, ${kilobytes(files.reduce((sum, { bytes }) => sum + bytes, 0))}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
