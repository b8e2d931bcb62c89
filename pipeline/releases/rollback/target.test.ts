import { expect } from "chai";
import type { AttemptRecord } from "../store/ledger.ts";
import type { Live } from "../store/live.ts";
import type { Candidate } from "../views/candidates.ts";
import { refusedBy } from "./refused-fixture.ts";
import { chooseTarget } from "./target.ts";

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
    for (const to of [a.releaseId, a.commit, "aaaaaaa", a.apiVersion ?? "none"])
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
