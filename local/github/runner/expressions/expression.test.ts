// biome-ignore-all lint/suspicious/noTemplateCurlyInString: workflow files hold ${{ }}
import { expect } from "chai";
import { readYaml } from "../workflow/yaml-value.ts";
import { evaluateCondition, parseCondition } from "./condition.ts";
import { environmentValue, toPlain, toValue } from "./data.ts";
import type { Scope } from "./expression.ts";
import { statusFunctions } from "./functions.ts";
import { evaluateTemplate, parseTemplate } from "./template.ts";

const scope: Scope = {
  contexts: new Map([
    ["github", toValue({ ref: "refs/heads/main", event: { commits: [{ id: "a" }, { id: "b" }] } })],
    ["env", environmentValue({ Path: "x", n: "7" })],
    ["inputs", toValue({ on: true, off: false, text: "it's" })],
    ["needs", toValue({ a: { result: "success", outputs: { v: "1" } }, b: { result: "failure" } })],
  ]),
  functions: statusFunctions("success"),
};

function evaluate(text: string): unknown {
  const problems: never[] = [];
  const value = readYaml(`v: ${JSON.stringify(text)}`, "w.yml", problems)?.entries()[0]?.[1];
  if (value === undefined) throw new Error("no value");
  const template = parseTemplate(value, "step");
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return toPlain(evaluateTemplate(template, scope));
}

function holds(text: string, status: "success" | "failure" | "cancelled"): boolean {
  const value = readYaml(`v: ${JSON.stringify(text)}`, "w.yml", [])?.entries()[0]?.[1];
  if (value === undefined) throw new Error("no value");
  return evaluateCondition(parseCondition(value, "step-if"), {
    ...scope,
    functions: statusFunctions(status),
  });
}

describe("expressions", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["plain", "plain"],
    ["${{ inputs.on }}", true],
    ["a ${{ inputs.on }} b", "a true b"],
    ["${{ 1 == '1' }}", true],
    ["${{ 'A' == 'a' }}", true],
    ["${{ github.ref == 'refs/heads/main' && 'yes' || 'no' }}", "yes"],
    ["${{ github.nope.deeper }}", null],
    ["[${{ github.nope.deeper }}]", "[]"],
    ["${{ join(github.event.commits.*.id, '-') }}", "a-b"],
    ["${{ contains(needs.*.result, 'failure') }}", true],
    ["${{ fromJSON('{\"a\": [1, 2]}').a[1] }}", 2],
    ["${{ format('{0} {{}}', 'x') }}", "x {}"],
    ["${{ case(inputs.off, 'a', inputs.on, 'b', 'c') }}", "b"],
    ["${{ 'it''s ''all'' right }}' }}", "it's 'all' right }}"],
    ["${{ env.Path }}", "x"],
    ["${{ env.PATH }}", null],
    ["${{ GITHUB.REF }}", "refs/heads/main"],
    ["${{ env.n + 0 }}", undefined],
  ];
  for (const [text, value] of cases) {
    it(`${text} is ${JSON.stringify(value)}`, () => {
      if (value === undefined) expect(() => evaluate(text)).to.throw("Unexpected symbol");
      else expect(evaluate(text)).to.deep.equal(value);
    });
  }

  it("quote themselves where a function refuses its arguments", () => {
    expect(() => evaluate("${{ fromJSON('nope') }}")).to.throw(
      "w.yml:1: v: ${{ fromJSON('nope') }}: Error parsing JSON",
    );
  });

  const conditions: readonly (readonly [string, boolean, boolean, boolean])[] = [
    // condition, after success, after failure, after a cancel
    ["", true, false, false],
    ["inputs.on", true, false, false],
    ["${{ inputs.off }}", false, false, false],
    ["always()", true, true, true],
    ["failure()", false, true, false],
    ["cancelled()", false, false, true],
    ["!cancelled()", true, true, false],
    ["${{ !cancelled() && inputs.on }}", true, true, false],
    ["failure() || cancelled()", false, true, true],
    ["always() && inputs.off", false, false, false],
    ["text that ${{ inputs.off }}", true, false, false],
  ];
  for (const [text, success, failure, cancelled] of conditions) {
    it(`if: ${text || "(nothing)"} holds only when it should`, () => {
      const found = [holds(text, "success"), holds(text, "failure"), holds(text, "cancelled")];
      expect(found).to.deep.equal([success, failure, cancelled]);
    });
  }
});
