import { age } from "../../kit/age.ts";
import { commandTo } from "../store/commands.ts";
import type { AttemptKind } from "../store/entries.ts";
import type { Live } from "../store/live.ts";
import type { Condition, OpenAttempt } from "./condition.ts";

/** What is said of how an environment is. */
interface Told extends Condition {
  readonly environment: string;
  readonly live: Live | null;
  readonly now: Date;
}

/**
 * How the environment is, in one sentence.
 *
 * | open attempt | whole | |
 * |---|---|---|
 * | none | yes | the release is live |
 * | none | no | nothing whole is live, or nothing at all |
 * | none | unknown | the release was verified then; nobody looked now |
 * | its run is at work | any | it is under way |
 * | its run is over | any | it was left half done |
 * | nobody knows | any | it has no end |
 */
export function headline(told: Told): string {
  const { environment, live, open, whole, now } = told;
  if (open) return openWords(open, told);
  if (!live) return `nothing is live in ${environment}`;
  const verified = `verified ${age(live.verifiedAt, now)} ago`;
  if (whole === "yes") return `${live.releaseId} is live in ${environment}, ${verified} and looked at now`;
  if (whole === "unknown") return `${live.releaseId} was ${verified} in ${environment}; ${told.seen}`;
  return `${environment} is not whole: ${told.seen}; ${live.releaseId} was ${verified}`;
}

/** An attempt by what it is to bring live: "the rollback to X". */
export const attempted: Readonly<Record<AttemptKind, string>> = {
  deploy: "the deploy of",
  rollback: "the rollback to",
  repair: "the repair to",
  adopt: "the taking over of",
};

function openWords(open: OpenAttempt, { environment, live, whole, seen, now }: Told): string {
  const what = `${attempted[open.kind]} ${open.releaseId}`;
  const since = `since ${age(open.since, now)}`;
  const before = live ? `${live.releaseId} was live before` : "nothing was live before";
  const moved = open.moved.length === 0 ? "nothing began to move" : `${open.moved.join(", ")} began to move`;
  if (open.life === "at work") {
    return `${what} is under way in ${environment}, ${since} by ${open.by}: ${moved}; ${before}`;
  }
  const state =
    open.life === "over"
      ? `was left half done in ${environment}: it is open ${since}, and its run is over`
      : `has no end in ${environment}: it is open ${since}, and whether its run is at work is not known`;
  const looked = { yes: "is whole", no: "is not whole", unknown: "is not known" }[whole];
  return `${what} ${state}; ${moved}; ${before}; what visitors get ${looked}: ${seen}`;
}

/** What ends an open attempt, as one line for a terminal; "" where none is, or its run still ends it itself. */
export function endCommand({
  open,
  environment,
  isLaptop,
}: Pick<Told, "open" | "environment"> & { readonly isLaptop: boolean }): string {
  return open && open.life !== "at work" ? commandTo("repair", { environment, isLaptop }) : "";
}
