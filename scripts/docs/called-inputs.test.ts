import { expect } from "chai";
import { calledInputsTable } from "./called-inputs.ts";

const called = (inputs: string): string => `on:\n  workflow_call:\n    inputs:\n${inputs}`;

describe("the table of what callers can say", () => {
  it("has every input once, with the workflows that take it", () => {
    const table = calledInputsTable([
      ["deploy", called("      config: { description: A | B, type: boolean, default: false }\n")],
      [
        "rollback",
        called(
          "      config: { description: other, type: boolean }\n      to: { description: where, default: '' }\n",
        ),
      ],
    ]);
    expect(table.slice(2)).to.deep.equal([
      "| `config` | deploy, rollback | `false` | A \\| B |",
      "| `to` | rollback |  | where |",
    ]);
  });

  it("wants a description", () => {
    expect(() => calledInputsTable([["deploy", called("      x: { type: string }\n")]])).to.throw(
      'input "x" of pipeline-deploy.yml has no description',
    );
  });
});
