import { expect } from "chai";
import { checkDispatchInputs, DispatchInputsError, dispatchPayloadInputs } from "./dispatch-inputs.ts";
import { parseWorkflow } from "./parse-workflow.ts";

const workflow = parseWorkflow(
  `on:
  workflow_dispatch:
    inputs:
      to: { type: string, required: true }
      mode: { type: choice, options: [keep, down], default: keep, required: true }
      dry: { type: boolean }
      count: { type: number, default: 3 }
      free:
jobs:
  a:
    runs-on: ubuntu-24.04
    steps: []
`,
  "w.yml",
);

function problems(given: Record<string, unknown>): readonly string[] {
  try {
    checkDispatchInputs(workflow, given);
    return [];
  } catch (error) {
    return error instanceof DispatchInputsError ? error.problems : [String(error)];
  }
}

describe("workflow_dispatch inputs", () => {
  it("are typed as declared, with defaults for what is absent", () => {
    expect(checkDispatchInputs(workflow, { to: "x" })).to.deep.equal({
      to: "x",
      mode: "keep",
      dry: false,
      count: 3,
      free: "",
    });
    const given = checkDispatchInputs(workflow, {
      to: 7,
      mode: "down",
      dry: "true",
      count: "1.5",
      free: "y",
    });
    expect(given).to.deep.equal({ to: "7", mode: "down", dry: true, count: 1.5, free: "y" });
    expect(dispatchPayloadInputs(given)).to.deep.equal({
      to: "7",
      mode: "down",
      dry: "true",
      count: "1.5",
      free: "y",
    });
  });

  it("are refused together, each by name", () => {
    expect(problems({ mode: "up", dry: "yes", count: "many", nope: 1 })).to.deep.equal([
      'unexpected input "nope"; the workflow\'s inputs: to, mode, dry, count, free',
      'input "to" is required',
      'input "mode" must be one of keep, down, not "up"',
      'input "dry" must be true or false, not "yes"',
      'input "count" must be a number, not "many"',
    ]);
  });

  it("need a workflow that can be dispatched", () => {
    const other = parseWorkflow("on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n", "w.yml");
    expect(() => checkDispatchInputs(other, {})).to.throw(
      'workflow "w.yml" has no workflow_dispatch trigger',
    );
  });

  it("are refused in the file when a default does not fit", () => {
    const text =
      "on: { workflow_dispatch: { inputs: { a: { type: choice, options: [x], default: y } } } }\njobs: {}\n";
    expect(() => parseWorkflow(text, "w.yml")).to.throw(
      "on.workflow_dispatch.inputs.a.default: is no choice of x: y",
    );
  });
});
