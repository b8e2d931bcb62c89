import { repositoryUrl } from "../../github/links.ts";
import { age } from "../../kit/age.ts";
import { cell, code, link } from "../../kit/markdown.ts";
import { commandTo } from "../store/commands.ts";
import { candidatesSection } from "./candidates.ts";
import { endCommand, headline } from "./headline.ts";
import type { ReportContext } from "./report-context.ts";

/** Parts of a summary below each other; empty ones are left out. */
export function sections(...parts: readonly string[]): string {
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** Who stopped pushes and why, and what lets them through again; "" where nobody did. */
export function frozenLine({
  overview,
  environment,
  now,
  isLaptop,
}: Pick<ReportContext, "overview" | "environment" | "now" | "isLaptop">): string {
  const freeze = overview?.freeze;
  if (!freeze) return "";
  const resume = `**Rollback** with \`environment: ${environment}\` and \`operation: resume\``;
  const way = isLaptop ? `\`npm run resume -- --environment ${environment}\`` : resume;
  return `> **${cell(environment)} is frozen**: every push fails since ${age(freeze.since, now)}, when ${cell(freeze.by)} rolled back (${cell(freeze.reason)}). To let pushes through again: ${way}.`;
}

/** How the environment is, in one sentence; where the release store did not answer, that. */
export function conditionLine({ overview, ...report }: ReportContext): string {
  if (!overview) return `how ${report.environment} is could not be read`;
  return headline({ ...overview, ...report });
}

/**
 * That an attempt is open, and what ends it; "" where none is, where it is the one of `but`, and where nobody knows whether its run
 * is at work: the next one begins as soon as the lock is free.
 */
export function openLine(report: ReportContext, but?: number): string {
  const { overview } = report;
  if (!overview?.open || overview.open.seq === but || overview.open.life === "unknown") return "";
  const { run } = overview.open;
  return [`> **${cell(conditionLine(report))}** (${link(`run ${run.id}`, run.url)})`, endSection(report)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** The command that ends what is open; "" where nothing is, or its own run does that. */
export function endSection({ overview, environment, isLaptop }: ReportContext): string {
  const command = endCommand({ open: overview?.open ?? null, environment, isLaptop });
  return command === "" ? "" : `**To end it:**\n\n\`\`\`sh\n${command}\n\`\`\``;
}

/** How to go back from what is live now: what to put into the form, and the same as a command. */
export function wayBack(
  previousReleaseId: string | null,
  { run, environment, isLaptop }: Pick<ReportContext, "run" | "environment" | "isLaptop">,
): string {
  if (previousReleaseId === null) return "There is no earlier release to roll back to yet.";
  const form = link("Rollback", `${repositoryUrl(run)}/actions/workflows/rollback.yml`);
  return [
    `**To roll back:** run the workflow ${form} with \`environment: ${environment}\`, \`operation: rollback\`, \`to: previous\` (${code(previousReleaseId)}) and a \`reason\`; or in a terminal`,
    `\`\`\`sh\n${commandTo("rollback", { environment, isLaptop }, previousReleaseId)}\n\`\`\``,
  ].join("\n\n");
}

/** The releases to choose from, folded unless choosing is what the reader has to do. */
export function releasesSection(report: ReportContext, liveReleaseId: string | null, isOpen = false): string {
  return candidatesSection(report.overview?.candidates ?? [], liveReleaseId, report, isOpen);
}
