import { expect } from "chai";
import fc from "fast-check";
import type { Manifest, MigrationEntry, Phase } from "../../bundle/manifest.ts";
import { ActionError } from "../../kit/errors.ts";
import type { AttemptRecord } from "../store/ledger.ts";
import type { Live } from "../store/live.ts";
import type { Candidate } from "../views/candidates.ts";
import { chooseTarget, compareReleases, planSchema } from "./plan.ts";

const releases = ["d", "c", "b", "a"].map((letter, index): Candidate => {
  const previous = ["c", "b", "a"][index];
  return {
    releaseId: `2026110${4 - index}T080000Z-${letter.repeat(7)}`,
    commit: letter.repeat(40),
    apiVersion: letter === "b" ? "c".repeat(12) : letter.repeat(12),
    subject: `subject ${letter}`,
    author: "Ada",
    replacedBy: index === 0 ? null : { kind: "deploy", reason: "" },
    by: "ada",
    liveAt: `2026-11-0${4 - index}T08:00:00.000Z`,
    seq: 4 - index,
    previousReleaseId: previous === undefined ? null : `2026110${3 - index}T080000Z-${previous.repeat(7)}`,
  };
});
const [d, c, , a] = releases as [Candidate, Candidate, Candidate, Candidate];

function liveOf(candidate: Candidate): Live {
  return {
    schema: 1,
    releaseId: candidate.releaseId,
    commit: candidate.commit,
    apiVersion: candidate.apiVersion,
    site: { digest: "" },
    seq: candidate.seq,
    verifiedAt: candidate.liveAt,
    by: candidate.by,
    previousReleaseId: candidate.previousReleaseId,
  };
}

function refusedBy(act: () => unknown): ActionError {
  try {
    act();
  } catch (error) {
    if (error instanceof ActionError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

describe("rollback: choosing the target", () => {
  const choose = (to: string, live = d, attempts: readonly AttemptRecord[] = []): string =>
    chooseTarget(to, liveOf(live), releases, attempts, new Date("2026-11-05T08:00:00Z")).releaseId;

  it("previous is what was live before the live release", () => {
    expect(choose("previous")).to.equal(c.releaseId);
  });

  it("previous goes further back after a rollback, not to and fro", () => {
    expect(choose("previous", c)).to.equal(releases[2]?.releaseId);
  });

  it("a release id, a commit, a short commit and an API version name a release", () => {
    for (const to of [a.releaseId, a.commit, "aaaaaaa", a.apiVersion])
      expect(choose(to)).to.equal(a.releaseId);
  });

  it("where several releases have the API version, the last live one is meant", () => {
    expect(choose("c".repeat(12))).to.equal(c.releaseId);
  });

  it("refuses what is live already", () => {
    const refused = refusedBy(() => choose(d.commit));
    expect(refused.code).to.equal("RollbackRefused");
    expect(refused.message).to.contain("is live already");
  });

  it("answers a wrong one with the candidates", () => {
    const refused = refusedBy(() => choose("nonsense"));
    expect(refused.code).to.equal("TargetUnknown");
    for (const { releaseId } of releases) expect(JSON.stringify(refused.details)).to.contain(releaseId);
  });

  it("refuses a release that was tried and never verified live", () => {
    const tried = {
      seq: 7,
      begin: { releaseId: "20261107T080000Z-eeeeeee", commit: "e".repeat(40), apiVersion: "e".repeat(12) },
      end: { outcome: "put-back" },
    } as unknown as AttemptRecord;
    const refused = refusedBy(() => choose("eeeeeee", d, [tried]));
    expect(refused.code).to.equal("RollbackRefused");
    expect(refused.message).to.contain("attempt 7 ended put-back");
  });

  it("says when nothing was live before", () => {
    expect(refusedBy(() => choose("previous", a)).message).to.contain("nothing was live before");
  });
});

function migration(name: string, phase: Phase, reversible = true): MigrationEntry {
  return { name, sha256: "0".repeat(64), phase, reversible, findings: [] };
}

describe("rollback: the schema", () => {
  const e1 = migration("20261101T000000Z-e", "expand");
  const e2 = migration("20261102T000000Z-e", "expand");
  const c3 = migration("20261103T000000Z-c", "contract");
  const e4 = migration("20261104T000000Z-e", "expand");

  it("keep leaves expand migrations applied and refuses a contract", () => {
    expect(planSchema([e1, e2], "keep")).to.deep.equal({ beforeApi: [], afterApi: [] });
    const refused = refusedBy(() => planSchema([e1, c3], "keep"));
    expect(refused.code).to.equal("RollbackRefused");
    expect(refused.hint).to.contain("schema: down");
  });

  it("down reverts newest first: contracts before the API, expands after it", () => {
    expect(planSchema([e1, e2, c3], "down")).to.deep.equal({
      beforeApi: [c3.name],
      afterApi: [e2.name, e1.name],
    });
  });

  it("down refuses what has no way back, and an expand newer than a contract", () => {
    expect(refusedBy(() => planSchema([migration(e1.name, "expand", false)], "down")).hint).to.contain(
      "schema: keep",
    );
    expect(refusedBy(() => planSchema([c3, e4], "down")).message).to.contain("expand migration came after");
  });

  it("never changes the order of the migrations' own history", () => {
    const phases = fc.array(fc.constantFrom<Phase>("expand", "contract"), { maxLength: 6 });
    fc.assert(
      fc.property(phases, (list) => {
        const between = list.map((phase, index) => migration(`2026110${index}T000000Z-x`, phase));
        let steps: ReturnType<typeof planSchema>;
        try {
          steps = planSchema(between, "down");
        } catch {
          return;
        }
        const order = [...steps.beforeApi, ...steps.afterApi];
        expect(order).to.deep.equal(between.map(({ name }) => name).reverse());
        const phaseOf = new Map(between.map(({ name, phase }) => [name, phase]));
        expect(steps.beforeApi.every((name) => phaseOf.get(name) === "contract")).to.equal(true);
        expect(steps.afterApi.every((name) => phaseOf.get(name) === "expand")).to.equal(true);
      }),
    );
  });
});

describe("rollback: comparing releases", () => {
  it("names the migrations between, and counts the files that differ", () => {
    const file = (sha256: string) => ({
      sha256,
      bytes: 1,
      contentType: "text/html",
      cacheControl: "no-cache",
    });
    const base = { schema: 1, id: "x", commit: "x", committedAt: "x" } as const;
    const api = { version: "1", sha256: "1", bytes: 1, node: ">=24" };
    const e1 = migration("20261101T000000Z-e", "expand");
    const e2 = migration("20261102T000000Z-e", "expand");
    const target: Manifest = {
      ...base,
      api,
      site: { files: { a: file("1"), b: file("2") } },
      migrations: [e1],
    };
    const live: Manifest = {
      ...base,
      api: { ...api, version: "2" },
      site: { files: { a: file("1"), b: file("3"), c: file("4") } },
      migrations: [e2, e1],
    };
    expect(compareReleases(live, target)).to.deep.equal({
      between: [e2],
      apiChanges: true,
      filesDiffering: 2,
    });
  });
});
