import { repositoryUrl } from "../../github/links.ts";
import { age } from "../../kit/age.ts";
import { cell, code, link } from "../../kit/markdown.ts";
import { candidatesSection } from "./candidates.ts";
import type { ReportContext } from "./report-context.ts";

/** Parts of a summary below each other; empty ones are left out. */
export function sections(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Who stopped pushes and why; "" where nobody did. */
export function frozenLine({
  overview,
  environment,
  now,
}: Pick<ReportContext, "overview" | "environment" | "now">): string {
  const freeze = overview?.freeze;
  if (!freeze) return "";
  return `> **${cell(environment)} is frozen**: no push goes live since ${age(freeze.since, now)}, when ${cell(freeze.by)} rolled back (${cell(freeze.reason)}). To let pushes through again: **Rollback** with \`environment: ${environment}\` and \`operation: resume\`, or \`npm run resume -- --environment ${environment}\` on the laptop.`;
}

/** How to go back from what is live now: what to put into the form, and the same as a command. */
export function wayBack(
  previousReleaseId: string | null,
  { run, environment, isLaptop }: Pick<ReportContext, "run" | "environment" | "isLaptop">,
): string {
  if (previousReleaseId === null) return "There is no earlier release to roll back to yet.";
  const form = link("Rollback", `${repositoryUrl(run)}/actions/workflows/rollback.yml`);
  const command = isLaptop
    ? `npm run rollback -- --environment ${environment} --to ${previousReleaseId} --reason "why"`
    : `gh workflow run rollback.yml -f environment=${environment} -f operation=rollback -f to=${previousReleaseId} -f reason="why"`;
  return [
    `**To roll back:** run the workflow ${form} with \`environment: ${environment}\`, \`operation: rollback\`, \`to: previous\` (${code(previousReleaseId)}) and a \`reason\`; or in a terminal`,
    `\`\`\`sh\n${command}\n\`\`\``,
  ].join("\n\n");
}

/** The releases to choose from, folded unless choosing is what the reader has to do. */
export function releasesSection(report: ReportContext, liveReleaseId: string | null, isOpen = false): string {
  return candidatesSection(report.overview?.candidates ?? [], liveReleaseId, report, isOpen);
}
