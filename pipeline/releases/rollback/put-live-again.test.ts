import { expect } from "chai";
import type { AttemptKind } from "../store/entries.ts";
import type { Environment } from "../store/environment.ts";
import type { Tier } from "../store/keys.ts";
import { lastWentBack } from "./put-live-again.ts";

const rows: readonly (readonly [what: string, kind: AttemptKind, moved: readonly Tier[], isBack: boolean])[] =
  [
    ["a rollback to an older release", "rollback", ["site", "schema", "api"], true],
    ["a rollback to a newer release", "rollback", ["schema", "api", "site"], false],
    ["a deploy", "deploy", ["schema", "api", "site"], false],
    ["a deploy that moved nothing", "deploy", [], false],
  ];

describe("what a repair undoes", () => {
  for (const [what, kind, moved, isBack] of rows) {
    it(`${what} ${isBack ? "went back: the API comes first" : "did not go back: the site comes first"}`, async () => {
      const last = { seq: 2, begin: { kind }, moved: moved.map((tier) => ({ tier })) };
      // Nothing is read but for repairs.
      const environment = { name: "production" } as Environment;
      expect(await lastWentBack(environment, last as never)).to.equal(isBack);
    });
  }
});
