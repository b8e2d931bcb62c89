import { ActionError } from "../../kit/errors.ts";
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
  release: { readonly releaseId: string; readonly commit: string; readonly apiVersion?: string },
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
