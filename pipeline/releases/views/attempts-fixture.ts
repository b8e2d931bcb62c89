import { recordedContext } from "../../kit/context-fixture.ts";
import type { AttemptKind, EndEntry, Outcome, RestoredTier } from "../store/entries.ts";
import type { Tier } from "../store/keys.ts";
import type { AttemptRecord } from "../store/ledger.ts";

export const start = Date.parse("2026-11-23T12:00:00Z");
export const at = (seconds: number): string => new Date(start + seconds * 1000).toISOString();
export const run = { ...recordedContext().run, url: "https://github.com/o/r/actions/runs/7" };
export const id = (letter: string): string => `20261123T1200${letter.charCodeAt(0)}Z-${letter.repeat(7)}`;

export interface Told {
  readonly seq: number;
  readonly release: string;
  readonly outcome?: Outcome;
  readonly kind?: AttemptKind;
  readonly reason?: string;
  readonly subject?: string;
  readonly moved?: readonly (readonly [Tier, number])[];
  readonly restored?: readonly RestoredTier[];
  /** Seconds after the beginning when it was decided and when it was over. */
  readonly since?: number;
  readonly over?: number;
}

export function attempt(told: Told): AttemptRecord {
  const {
    seq,
    release,
    outcome = "live",
    kind = "deploy",
    reason = "",
    subject = `Subject ${release}`,
  } = told;
  const end: EndEntry = {
    schema: 1,
    at: at(told.over ?? 10),
    previous: "",
    outcome,
    reason: outcome === "live" ? "verified" : "the API exits at start",
    liveReleaseId: outcome === "live" ? id(release) : id("a"),
    previousReleaseId: null,
    since: at(told.since ?? 9),
    ...(told.restored ? { restored: told.restored } : {}),
  };
  return {
    environment: "production",
    seq,
    begin: {
      schema: 1,
      at: at(0),
      previous: null,
      seq,
      kind,
      releaseId: id(release),
      commit: release.repeat(40),
      apiVersion: release.repeat(12),
      subject,
      author: "Ada",
      live: { releaseId: id("a"), seq: 1 },
      goesBackTo: null,
      by: "ada",
      run: { id: 7, attempt: 1, url: run.url },
      lock: "token",
      reason,
    },
    moved: (told.moved ?? []).map(([tier, seconds]) => ({
      schema: 1,
      at: at(seconds),
      previous: "",
      tier,
      from: null,
    })),
    end,
    tail: "",
  };
}
