import type { Manifest, MigrationEntry, SiteFile } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import { hasSameHeaders } from "../../site/plan/served-file.ts";
import type { AttemptSummary } from "../store/history.ts";
import type { Live } from "../store/live.ts";
import { type Candidate, candidateLines } from "../views/candidates.ts";

/**
 * The release that `to` asks for, among those that were verified live: `previous` (what was live before the live one
 * first went live), a release id, a commit (7 hex digits or more) or an API version. Where several answer, the one that
 * was live last. Throws `TargetUnknown` or `RollbackRefused`, with the candidates.
 */
export function chooseTarget(
  to: string,
  live: Live,
  candidates: readonly Candidate[],
  attempts: readonly AttemptSummary[],
  now: Date,
): Candidate {
  const choice = candidates.filter(({ releaseId }) => releaseId !== live.releaseId);
  const list = candidateDetails(candidates, live.releaseId, now);
  if (to === "previous") {
    const found = choice.find(({ releaseId }) => releaseId === live.previousReleaseId);
    if (found) return found;
    const before = live.previousReleaseId;
    const why =
      before === null
        ? `nothing was live before "${live.releaseId}"`
        : `"${before}", which was live before "${live.releaseId}", is too long ago to be among the candidates`;
    throw new ActionError("TargetUnknown", why, {
      hint:
        choice.length > 0
          ? "name one of the releases below in `to`"
          : "there is no release to roll back to yet",
      details: list,
    });
  }
  const found = choice.find((candidate) => answersTo(to, candidate));
  if (found) return found;
  if (answersTo(to, live)) {
    throw new ActionError(
      "RollbackRefused",
      `"${to}" is release "${live.releaseId}", which is live already`,
      {
        hint: "nothing has to be done; name another release in `to` to change what is live",
        details: list,
      },
    );
  }
  const tried = attempts.find(({ begin }) => answersTo(to, begin));
  if (tried?.end?.outcome === "live") {
    throw new ActionError(
      "RollbackRefused",
      `"${to}" is release "${tried.begin.releaseId}", which is no longer in the release store`,
      {
        hint: "name one of the releases below in `to`; input keep-releases and operation pin of the `release` action decide which stay",
        details: list,
      },
    );
  }
  if (tried) {
    throw new ActionError(
      "RollbackRefused",
      `"${to}" is release "${tried.begin.releaseId}", which never was verified live: attempt ${tried.seq} ended ${tried.end?.outcome ?? "unfinished"}`,
      { hint: "name one of the releases below in `to`, or push a commit that mends it", details: list },
    );
  }
  throw new ActionError("TargetUnknown", `no release that was live answers to "${to}"`, {
    hint: "name one of the releases below in `to`: by its id, its commit or its API version",
    details: list,
  });
}

/** True when `to` is the release's id, its commit (7 hex digits or more) or its API version. */
export function answersTo(
  to: string,
  release: { readonly releaseId: string; readonly commit: string; readonly apiVersion: string },
): boolean {
  if (to === release.releaseId || to === release.apiVersion) return true;
  return /^[0-9a-f]{7,40}$/.test(to) && release.commit.startsWith(to);
}

/** How many releases an error offers; the summary has them all. */
const offered = 10;

function candidateDetails(
  candidates: readonly Candidate[],
  liveReleaseId: string,
  now: Date,
): Record<string, string> {
  const lines = candidateLines(candidates, liveReleaseId, now, offered);
  return { "releases that were live": ["", ...lines.map((line) => `    ${line}`)].join("\n") };
}

/** The two releases side by side. */
export interface Comparison {
  /** Migrations that the live release has and the target has not, oldest first. */
  readonly between: readonly MigrationEntry[];
  readonly apiChanges: boolean;
  readonly filesDiffering: number;
}

export function compareReleases(live: Manifest, target: Manifest): Comparison {
  const kept = new Set(target.migrations.map(({ name }) => name));
  const before = target.site.files;
  const after = live.site.files;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return {
    between: live.migrations.filter(({ name }) => !kept.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1)),
    apiChanges: live.api.version !== target.api.version,
    filesDiffering: [...keys].filter((key) => !isSameFile(before[key], after[key])).length,
  };
}

function isSameFile(a: SiteFile | undefined, b: SiteFile | undefined): boolean {
  return a !== undefined && b !== undefined && a.sha256 === b.sha256 && hasSameHeaders(a, b);
}

/** The migrations whose `down` runs before the API goes back, and those after it; each newest first. */
export interface SchemaSteps {
  readonly beforeApi: readonly string[];
  readonly afterApi: readonly string[];
}

/**
 * What happens to the schema. Throws `RollbackRefused` where that is not safe.
 *
 * | migrations between | keep | down |
 * |---|---|---|
 * | none | nothing | nothing |
 * | expand only | stay: the target can live with them | down after the API |
 * | contract | refused: the target needs what they removed | down before the API |
 * | one without a way back | expand: stay; contract: refused | refused |
 * | an expand newer than a contract | refused | refused: no order is safe, in two steps it is |
 */
export function planSchema(between: readonly MigrationEntry[], schema: "keep" | "down"): SchemaSteps {
  const contracts = between.filter(({ phase }) => phase === "contract");
  if (schema === "keep") {
    if (contracts.length === 0) return { beforeApi: [], afterApi: [] };
    throw new ActionError(
      "RollbackRefused",
      `the target needs what ${names(contracts)} removed from the schema`,
      { hint: "run it again with schema: down, or roll back to a release after that migration" },
    );
  }
  const oneWay = between.filter(({ reversible }) => !reversible);
  if (oneWay.length > 0) {
    throw new ActionError("RollbackRefused", `${names(oneWay)} has no way back`, {
      hint:
        contracts.length === 0
          ? "run it again with schema: keep: the target can live with what expand migrations added"
          : "roll back to a release after that migration, or mend forward with a push",
    });
  }
  const newestFirst = [...between].reverse();
  const lastContract = newestFirst.map(({ phase }) => phase).lastIndexOf("contract");
  if (newestFirst.slice(0, lastContract + 1).some(({ phase }) => phase === "expand")) {
    throw new ActionError(
      "RollbackRefused",
      `an expand migration came after ${names(contracts)}, so no order of going back is safe in one step`,
      { hint: "roll back to a release between them first, then again" },
    );
  }
  return {
    beforeApi: newestFirst.slice(0, lastContract + 1).map(({ name }) => name),
    afterApi: newestFirst.slice(lastContract + 1).map(({ name }) => name),
  };
}

function names(migrations: readonly MigrationEntry[]): string {
  return migrations.map(({ name }) => `"${name}"`).join(", ");
}
