import { expect } from "chai";
import type { EventReading } from "../environment/observation.ts";
import { causeOf, type Traces } from "./cause.ts";

const at = new Date("2026-11-23T12:00:00Z");
const nothing: Traces = { engine: [], application: [], events: [], healthCauses: [] };
const event = (message: string, severity = "WARN"): EventReading => ({
  at,
  severity,
  message,
  requestId: "ours",
});
const error = (text: string) => ({ at, level: "ERROR", text });
const step = (name: string, text: string) =>
  error(
    `An error occurred during execution of command [app-deploy] - [${name}]. Stop running the command. Error: ${text}`,
  );

const late =
  "The following instances have not responded in the allowed command timeout time (they might still finish eventually on their own): [i-1].";
const rows: readonly (readonly [
  what: string,
  traces: Partial<Traces>,
  sentence: string,
  hint: RegExp,
  source: string,
])[] = [
  ["the command timeout, which is only a warning", { events: [event(late)] }, late, /Timeout/, "event"],
  [
    "a permission that only an event names, before what it led to",
    {
      events: [
        event(
          "Service:AmazonCloudFormation, Message:User ci is not authorized to perform: cloudformation:DescribeStacks",
          "ERROR",
        ),
      ],
      engine: [error("something else")],
    },
    "Service:AmazonCloudFormation, Message:User ci is not authorized to perform: cloudformation:DescribeStacks",
    /caller's rights/,
    "event",
  ],
  [
    "a configuration file that was left out",
    { events: [event("Error processing file (Skipping): '.ebextensions/a.config' - found a tab character")] },
    "Error processing file (Skipping): '.ebextensions/a.config' - found a tab character",
    /leaves out the whole/,
    "event",
  ],
  [
    "the exec bit",
    {
      engine: [
        step("RunAppDeployPreBuildHooks", "fork/exec .platform/hooks/prebuild/a.sh: permission denied"),
      ],
    },
    "fork/exec .platform/hooks/prebuild/a.sh: permission denied (step RunAppDeployPreBuildHooks)",
    /exec bit/,
    "engine",
  ],
  [
    "memory that ran out, by the application's own words",
    { application: ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"] },
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    /memory/,
    "application",
  ],
  [
    "what health says, where nothing else does",
    {
      healthCauses: [
        'Incorrect application version "v2" (deployment 2). Expected version "v1" (deployment 1).',
        "100.0 % of the requests are failing with HTTP 4xx.",
      ],
    },
    "100.0 % of the requests are failing with HTTP 4xx.",
    /4xx also count/,
    "health",
  ],
];

describe("causeOf", () => {
  for (const [what, traces, sentence, hint, source] of rows) {
    it(`finds ${what}`, () => {
      const found = causeOf({ ...nothing, ...traces });
      expect(found).to.include({ sentence, source });
      expect(found?.hint).to.match(hint);
    });
  }

  it("knows from the step whether the new version was in place", () => {
    const after = (name: string) =>
      causeOf({ ...nothing, engine: [step(name, "exit status 1")] })?.isAfterChange;
    expect(
      ["RunAppDeployPreDeployHooks", "RunAppDeployPostDeployHooks", "start proxy with new configuration"].map(
        after,
      ),
    ).to.deep.equal([false, true, true]);
  });

  it("is one line of at most 300 characters without commands for the runner", () => {
    const said = causeOf({
      ...nothing,
      engine: [error(`##[error]boom\n::set-output name=x::y ${"x".repeat(400)}`)],
    });
    expect(said?.sentence).to.have.length(300);
    expect(said?.sentence).to.not.match(/\n|##\[/);
  });

  it("finds nothing where nothing is told", () => expect(causeOf(nothing)).to.equal(undefined));
});
