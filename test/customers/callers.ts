import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseDocument } from "yaml";
import { root } from "../../scripts/root.ts";

/** What a repository says below `with:` of its workflows. */
export type CallerInputs = Readonly<Record<string, string | boolean>>;

const called = ["deploy", "rollback", "pull-request"] as const;

/** The three workflows that docs/adopting.md shows to everybody, by path, with what they say of the app replaced by `inputs`. */
export function callersOf(inputs: CallerInputs): Readonly<Record<string, string>> {
  return Object.fromEntries(
    called.map((name) => {
      const document = parseDocument(readFileSync(join(root, "docs/callers", `${name}.yml`), "utf8"));
      const shown = parse(String(document)).jobs.pipeline.with as CallerInputs;
      const form = Object.entries(shown).filter(([, value]) => String(value).startsWith("${{"));
      const known = Object.entries(inputs).filter(([input]) => declared(name).has(input));
      document.setIn(["jobs", "pipeline", "with"], Object.fromEntries([...form, ...known]));
      return [`.github/workflows/${name}.yml`, document.toString({ lineWidth: 0 })];
    }),
  );
}

function declared(name: string): ReadonlySet<string> {
  const text = readFileSync(join(root, ".github/workflows", `pipeline-${name}.yml`), "utf8");
  const { on } = parse(text) as { on: { workflow_call: { inputs: Record<string, object> } } };
  return new Set(Object.keys(on.workflow_call.inputs));
}
