import { expect } from "chai";
import type { MigrationEntry } from "../../bundle/manifest.ts";
import type { Finding, Observation } from "../../bundle/observation.ts";
import { recordedContext } from "../../kit/context-fixture.ts";
import { annotateFindings, checkPending } from "../check-pending.ts";
import { errorsOf, findingWords, judgePending } from "./pending.ts";
import type { SchemaState } from "./schema-state.ts";

const finding = (changes: Partial<Finding> = {}): Finding => ({
  rule: "create-index",
  severity: "error",
  message: "builds an index",
  on: { table: "users", name: "i" },
  line: 3,
  ...changes,
});

function entry(name: string, findings: readonly Finding[], creates: readonly string[] = []): MigrationEntry {
  const observed: Observation = {
    postgres: 16,
    file: `m/${name}`,
    derived: "expand",
    creates,
    statements: [],
    findings,
  };
  return { name, sha256: "0".repeat(64), phase: "expand", reversible: true, findings: [], observed };
}

function state(rows: number, bytes: number): SchemaState {
  return {
    schema: 1,
    at: "2026-11-01T00:00:00.000Z",
    postgres: 16,
    tables: { users: { rows, bytes } },
    isWhole: true,
  };
}

const live = { schema: 2, id: "20261101T080000Z-aaaaaaa", commit: "a".repeat(40), committedAt: "" } as const;

describe("pending migrations", () => {
  const severities = (entries: readonly MigrationEntry[], known?: SchemaState) =>
    judgePending(entries, known).map(({ findings }) => findings.map(({ severity }) => severity));

  it("cannot hurt a table that an earlier one of them makes", () => {
    const pending = [entry("1-make.js", [], ["users"]), entry("2-index.js", [finding()])];
    expect(severities(pending)).to.deep.equal([[], []]);
    expect(severities(pending.slice(1))).to.deep.equal([["error"]]);
  });

  it("may take their time on a table that is known to be small, and say for how long on a large one", () => {
    const pending = [entry("1.js", [finding(), finding({ rule: "drop-column", message: "drops" })])];
    expect(severities(pending, state(40, 16_384))).to.deep.equal([["info", "error"]]);
    expect(severities(pending, state(50_000_000, 12_000_000_000))).to.deep.equal([["error", "error"]]);
    const [judged] = judgePending(pending, state(50_000_000, 12_000_000_000));
    expect(judged?.findings[0]?.wait).to.equal("about 2 min at 50000000 rows, 12.0 GB");
    expect(severities(pending, { ...state(0, 0), tables: {} })).to.deep.equal([["info", "error"]]);
    expect(severities(pending, { ...state(0, 0), tables: {}, isWhole: false })).to.deep.equal([
      ["error", "error"],
    ]);
  });

  it("stop a release by their errors, but for what they accept, for another lint, and where nothing is live", () => {
    const pending = [entry("1.js", [finding()])];
    const problems = (lint: "error" | "warn" | "off", on: typeof live | null) =>
      checkPending({ lint, state: undefined })(pending, on);
    expect(problems("error", live)).to.deep.equal(['migration "1.js":3 builds an index (create-index)']);
    expect([problems("warn", live), problems("off", live), problems("error", null)]).to.deep.equal([
      [],
      [],
      [],
    ]);
    expect(
      errorsOf(judgePending([entry("1.js", [finding({ accepted: "at night" })])], undefined)),
    ).to.deep.equal([]);
  });

  it("are annotated at their own line, errors first", () => {
    const places: unknown[] = [];
    const { said, runner } = recordedContext();
    const note: typeof runner.error = (message, title, at) => places.push([message, title, at]);
    const pending = [
      entry("1.js", [finding({ severity: "warn", message: "w" }), finding(), finding({ severity: "info" })]),
      { ...entry("2.js", []), observed: { notChecked: "no extension" } },
    ];
    annotateFindings(judgePending(pending, undefined), "error", { error: note, warning: note });
    expect(places).to.deep.equal([
      ['migration "2.js" is not checked: no extension', undefined, undefined],
      ["builds an index", "create-index", { file: "m/1.js", line: 3 }],
      ["w", "create-index", { file: "m/1.js", line: 3 }],
    ]);
    annotateFindings(judgePending(pending, undefined), "off", runner);
    expect([said.warnings, said.errors]).to.deep.equal([[], []]);
  });

  it("are told in a few words, those too that nobody looked at", () => {
    expect(
      findingWords(entry("1.js", [finding(), finding({ accepted: "x" }), finding({ severity: "warn" })])),
    ).to.equal("1 error, 1 warning, 1 accepted");
    expect(findingWords(entry("1.js", []))).to.equal("no findings");
    expect(findingWords({})).to.equal("not checked");
  });
});
