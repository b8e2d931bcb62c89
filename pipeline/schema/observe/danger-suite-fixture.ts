import { expect } from "chai";
import type { Finding, ObservedMigration } from "../../bundle/observation.ts";
import type { InstalledServer } from "../../postgres/installed-servers.ts";
import { judge } from "../judge/judge.ts";
import { rules } from "../judge/rules.ts";
import { cautions, type Danger, dangers, type Step } from "./dangerous-fixture.ts";
import { migration, ObserveFixture } from "./observe-fixture.ts";
import type { Seen } from "./replay-in-process.ts";

const all = [...dangers, ...cautions];
const stated = new Map(rules.map(({ id, lock }) => [id, lock]));

/** Every dangerous migration and its twins, on one server. */
export function describeDangers(major: number, find: () => Promise<InstalledServer>): void {
  describe(`dangerous migrations on PostgreSQL ${major}`, () => {
    let fixture: ObserveFixture;
    let seen: ReadonlyMap<string, Seen>;
    const name = (index: number, what: string) => `${String(index).padStart(2, "0")}-${what}.mjs`;

    before(async () => {
      fixture = await ObserveFixture.open(await find());
      const replayed = await fixture.replay(
        Object.fromEntries(all.flatMap((danger, index) => modules(danger, index))),
      );
      seen = new Map(replayed.map((one) => [one.name, one]));
    });
    after(() => fixture.close());

    function modules({ given, bad, good }: Danger, index: number): (readonly [string, string])[] {
      const step = (table: string, { up, down = "", transaction }: Step) =>
        migration(up.replace(/\bT(?=\b|_)/g, table), {
          down: down.replace(/\bT(?=\b|_)/g, table),
          transaction: transaction !== false,
          more: 'export const phase = "expand";',
        });
      const on = (what: "bad" | "good", steps: readonly Step[]) => {
        const table = `t${index}${what}`;
        return [
          [
            name(index, `${what}-given`),
            step(table, { up: `await sql(${JSON.stringify(given)});` }),
          ] as const,
          ...steps.map((one, number) => [name(index, `${what}-${number}`), step(table, one)] as const),
        ];
      };
      return [...on("bad", [bad]), ...on("good", good)];
    }

    function observed(of: string): ObservedMigration {
      const facts = seen.get(of);
      if (facts === undefined || "unseen" in facts)
        throw new Error(`${of}: ${facts?.unseen ?? "not replayed"}`);
      const observation = judge(facts, { file: of, postgres: major });
      if ("notChecked" in observation) throw new Error(`${of}: ${observation.notChecked}`);
      return observation;
    }
    const errors = ({ findings }: ObservedMigration): readonly Finding[] =>
      findings.filter(({ severity }) => severity === "error");

    it("are at least the 24 that passed once, each with a harmless twin", () => {
      expect(dangers.length).to.be.at.least(24);
      for (const { good } of dangers) expect(good).not.to.deep.equal([]);
    });

    for (const [index, { what, rule, lock, good }] of dangers.entries()) {
      it(`${what}: an error with its lock, and none for its twin`, () => {
        const found = errors(observed(name(index, "bad-0")));
        expect(found.map((one) => one.rule)).to.include(rule);
        const finding = found.find((one) => one.rule === rule);
        expect(finding?.lock).to.equal(lock);
        if (stated.get(rule) !== undefined) expect(finding?.lock).to.equal(stated.get(rule));
        for (const number of good.keys()) {
          expect(errors(observed(name(index, `good-${number}`)))).to.deep.equal([]);
        }
      });
    }

    for (const [number, { what, rule, severity = "error", lock, good, since = 0 }] of cautions.entries()) {
      const index = dangers.length + number;
      it(`${what}: ${severity}, and not for its twin`, () => {
        const { findings } = observed(name(index, "bad-0"));
        const finding = findings.find((one) => one.rule === rule);
        expect([finding?.severity, finding?.lock]).to.deep.equal([severity, lock]);
        for (const one of good.keys()) {
          if (major < since) continue;
          const twin = observed(name(index, `good-${one}`)).findings.map(({ rule: id }) => id);
          expect(twin).not.to.include(rule);
        }
      });
    }

    it("try every rule", () => {
      const tried = new Set(all.map(({ rule }) => rule));
      expect(rules.map(({ id }) => id).filter((id) => !tried.has(id))).to.deep.equal([]);
    });
  });
}
