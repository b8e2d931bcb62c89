import { type Report, reportMarkdown } from "../../compatibility/report.ts";
import { cell, code, count, folded, link, size, table } from "../../kit/markdown.ts";
import type { WorkflowRun } from "../../kit/workflow-run.ts";
import { isUnchecked, judgePending } from "../../schema/judge/pending.ts";
import type { SchemaState } from "../../schema/judge/schema-state.ts";
import type { SuiteFailures } from "../../test/results/suite-report.ts";
import { wayTo } from "../store/commands.ts";
import type { Freeze } from "../store/freeze.ts";
import { candidatesSection } from "../views/candidates.ts";
import { headline } from "../views/headline.ts";
import type { BriefOverview } from "../views/overview.ts";
import { failingSuitesMarkdown } from "./failing-suites.ts";
import { commentLimit, fitted, joined } from "./fitted.ts";
import { type Detail, migrationsMarkdown } from "./migrations-markdown.ts";
import { droppedWords, type ReleasePlan } from "./plan.ts";
import type { SiteChange } from "./site-changes.ts";
import type { TierPlan } from "./tier-plan.ts";
import { wayBackLine } from "./way-back.ts";

/** The first thing to read: what would happen, and whether it is safe. `unknown` is why nobody knows what is live. */
export function planVerdict(plan: ReleasePlan, unknown?: string): string {
  if (unknown !== undefined) return "Not compared: what is live there could not be read";
  const problems = problemsOf(plan);
  if (problems.length > 0) return `Not safe to go live: ${problems.join("; ")}`;
  if (plan.liveReleaseId === null) return "First deploy: nothing is live there yet";
  const changed = plan.tiers.filter((tier) => tier.changed).map(({ tier }) => tier);
  if (changed.length === 0) return "No changes: nothing that visitors would notice";
  const names = uncheckedNames(plan);
  return names.length === 0
    ? `Safe to go live: changes ${changed.join(", ")}`
    : `Not checked whether it is safe: nobody saw what ${names.join(", ")} ${names.length === 1 ? "does" : "do"}; changes ${changed.join(", ")}`;
}

/** Whether going live is known to be safe: not where nobody knows what is live, or what a migration does to it. */
export function isSafe(plan: ReleasePlan, unknown?: string): boolean {
  return unknown === undefined && problemsOf(plan).length === 0 && uncheckedNames(plan).length === 0;
}

/** The pending migrations of which nobody saw what they do to the live release; none where nothing is live. */
function uncheckedNames({ liveReleaseId, migrations }: ReleasePlan): readonly string[] {
  if (liveReleaseId === null) return [];
  return migrations.filter(isUnchecked).map(({ name }) => name);
}

function problemsOf(plan: ReleasePlan): readonly string[] {
  const dropped = droppedWords(plan);
  return dropped === "" ? plan.problems : [dropped, ...plan.problems];
}

/** The plan's lines in a log. */
export function planLines(plan: ReleasePlan, unknown?: string): readonly string[] {
  return [
    planVerdict(plan, unknown),
    ...plan.tiers.map(tierLine),
    ...plan.notes.map((note) => `note: ${note}`),
  ];
}

function tierLine({ tier, changed, from, to, reason }: TierPlan): string {
  const shown = from === to ? to : `${from} → ${to}`;
  return `${changed ? "change" : "same  "}  ${tier.padEnd(6)}  ${shown}  (${reason})`;
}

/** What the plan is shown with: what is live and frozen there, or why that is not known. */
interface PlanView {
  readonly environment: string;
  readonly run: Pick<WorkflowRun, "url">;
  readonly now: Date;
  readonly overview?: BriefOverview | undefined;
  readonly unknown?: string | undefined;
  /** What is known of the database. */
  readonly state?: SchemaState | undefined;
  /** The suites that failed, as far as they left word. */
  readonly failing?: readonly SuiteFailures[];
  /** What came of what is live, tried against it; absent where nobody tried. */
  readonly compatibility?: Report | undefined;
}

/** The whole plan in Markdown: the verdict, the tiers, and folded what they consist of and what one could go back to. */
export function planMarkdown(plan: ReleasePlan, view: PlanView): string {
  return joined(planParts(plan, view, "full"));
}

/** The same within what a comment may hold: long lists are shorter there, and what has no place is left to the job summary. */
export function planComment(plan: ReleasePlan, view: PlanView, limit = commentLimit): string {
  const whole = planMarkdown(plan, view);
  if (whole.length <= limit) return whole;
  return fitted(
    planParts(plan, view, "less"),
    `The rest is in the ${link("job summary", view.run.url)}.`,
    limit,
  );
}

function planParts(plan: ReleasePlan, view: PlanView, detail: Detail): readonly string[] {
  const { environment, unknown, overview } = view;
  const live = plan.liveReleaseId === null ? "" : `, where ${code(plan.liveReleaseId)} was verified last`;
  return [
    `### ${cell(planVerdict(plan, unknown))}`,
    ...(unknown === undefined ? [] : [`> This compares with nothing: ${cell(unknown)}`]),
    ...failingSuitesMarkdown(view.failing ?? []),
    ...(overview?.open ? [openNote(overview, view)] : []),
    ...(overview?.freeze ? [frozenNote(environment, overview.freeze)] : []),
    `What release ${code(plan.releaseId)} changes in **${cell(environment)}**${live}.`,
    table(["tier", "", "from", "to", "size", "why"], plan.tiers.map(tierRow)),
    unknown === undefined ? wayBackLine(plan) : "",
    ...plan.notes.map((note) => `> ${cell(note)}`),
    ...otherMajor(plan, view.state),
    plan.migrations.length > 0 ? migrationsMarkdown(judgePending(plan.migrations, view.state), detail) : "",
    view.compatibility === undefined ? "" : reportMarkdown(view.compatibility),
    plan.files.length > 0 ? filesMarkdown(plan.files, detail) : "",
    candidatesSection(overview?.candidates ?? [], overview?.live?.releaseId ?? null, view),
  ];
}

function tierRow({ tier, changed, from, to, reason, bytes }: TierPlan): readonly string[] {
  return [
    tier,
    changed ? "changes" : "same",
    code(from),
    code(to),
    bytes === undefined ? "" : sizeWords(bytes.from, bytes.to),
    cell(reason),
  ];
}

/** `1.2 MB (+3.4 kB)`; what is as large as before, or new, has no difference. */
function sizeWords(from: number | null, to: number): string {
  if (from === null || from === to) return size(to);
  return `${size(to)} (${to > from ? "+" : "−"}${size(Math.abs(to - from))})`;
}

/** That what is live there is not settled: what goes live is compared with what was. */
function openNote(overview: BriefOverview, { environment, now }: PlanView): string {
  const sentence = headline({ ...overview, environment, now });
  return `> **${cell(sentence)}**. ${cell(`To end it, ${wayTo("repair", environment)}; a push ends it too.`)}`;
}

function frozenNote(environment: string, { by, reason }: Freeze): string {
  return `> **${cell(environment)} is frozen** by ${cell(by)} (${cell(reason)}): merging this goes live only once somebody resumes.`;
}

/** That the migrations were replayed on another PostgreSQL than the one that they are for. */
function otherMajor({ migrations }: ReleasePlan, state: SchemaState | undefined): readonly string[] {
  const majors = migrations.flatMap(({ observed }) =>
    observed && "postgres" in observed ? [observed.postgres] : [],
  );
  const other = majors.find((major) => state !== undefined && major !== state.postgres);
  if (other === undefined) return [];
  const wanted = `postgres-version: ${state?.postgres}`;
  return [
    `> The migrations were replayed on PostgreSQL ${other}, and the database has ${state?.postgres}: give ${code(wanted)}.`,
  ];
}

const filesShown = { full: 200, less: 40 } as const;

function filesMarkdown(files: readonly SiteChange[], detail: Detail): string {
  const sent = files.filter(({ change }) => change !== "removed").reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = files
    .slice(0, filesShown[detail])
    .map((file) => [code(file.key), file.change, size(file.bytes)]);
  const left = files.length - rows.length;
  if (left > 0) rows.push([`${left} more`, "", ""]);
  return folded(
    `${count(files.length, "site file")}, ${size(sent)}`,
    table(["file", "change", "size"], rows),
  );
}
