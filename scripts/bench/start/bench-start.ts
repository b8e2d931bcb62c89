import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { Laptop } from "../../../test/laptop.ts";
import type { Values } from "../../kit/command.ts";
import { git, gitIn } from "../../kit/git.ts";
import { root } from "../../root.ts";
import { median } from "../median.ts";
import { benchActionStart } from "./action-start.ts";
import { type Measured, measurePushes, type Scenario, scenarios } from "./measure-pushes.ts";

export const options = {
  rounds: { type: "string", default: "3", help: "how often each is measured" },
  before: { type: "string", help: "a commit that is measured in turn with HEAD, to compare with" },
  only: {
    type: "string",
    default: Object.keys(scenarios).join(","),
    help: "which of the scenarios, comma-separated; the first start is always one",
  },
} as const;

/** What each may take at most: of the same before, or of one push that changes the site. */
const targets: Readonly<Record<Scenario, { readonly of: "before" | "push"; readonly ratio: number }>> = {
  first: { of: "before", ratio: 0.85 },
  site: { of: "before", ratio: 0.7 },
  nothing: { of: "before", ratio: 0.6 },
  queued: { of: "push", ratio: 1.7 },
  together: { of: "push", ratio: 1.3 },
  red: { of: "push", ratio: Number.NaN },
};

type Rounds = Map<Scenario, Measured[]>;

/** First start, pushes one after the other and at once, and an action's way to its first request; in turn with another commit. */
export async function benchStart({ rounds: given, before, only }: Values<typeof options>): Promise<string> {
  const rounds = Number(given);
  const wanted = (Object.keys(scenarios) as Scenario[]).filter((one) => only?.split(",").includes(one));
  const folder = mkdtempSync(join(tmpdir(), "udagram-bench-"));
  try {
    const now: Rounds = new Map();
    const then: Rounds = new Map();
    const older = before === undefined ? undefined : cloneOf(before, join(folder, "before"));
    for (let round = 1; round <= rounds; round += 1) {
      if (older !== undefined) await measureRound(older, wanted, then, `round ${round}, ${before}`);
      await measureRound(root, wanted, now, `round ${round}, HEAD`);
    }
    const shown = (["first", ...wanted] as Scenario[]).filter(
      (one, index, all) => all.indexOf(one) === index,
    );
    const commit = git("rev-parse", "--short", "HEAD");
    const beside = before === undefined ? "" : `, in turn with ${git("rev-parse", "--short", before)}`;
    return [
      `${new Date().toISOString().slice(0, 10)}, commit ${commit}${beside}, Node ${process.versions.node}, ${availableParallelism()} cores, medians of ${rounds}, dependencies installed.`,
      "",
      ...tableOf(shown, now, then),
      "",
      await benchActionStart(),
    ].join("\n");
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** A clone whose HEAD is an older commit, with the packages that its lockfile names. */
function cloneOf(commit: string, folder: string): string {
  git("clone", "--quiet", root, folder);
  gitIn(folder, "checkout", "--quiet", "-B", "main", git("rev-parse", `${commit}^{commit}`));
  const lockfiles = [root, folder].map((one) => readFileSync(join(one, "package-lock.json"), "utf8"));
  const [command = "", ...args] =
    lockfiles[0] === lockfiles[1]
      ? ["cp", "-al", join(root, "node_modules"), join(folder, "node_modules")]
      : ["npm", "ci", "--no-audit", "--no-fund"];
  const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
  return folder;
}

async function measureRound(
  from: string,
  wanted: readonly Scenario[],
  rounds: Rounds,
  name: string,
): Promise<void> {
  const laptop = new Laptop(from);
  try {
    for (const [scenario, measured] of await measurePushes(laptop, wanted)) {
      console.log(
        `${name}: ${scenarios[scenario]}  ${measured.seconds.toFixed(1)} s  ${measured.note ?? ""}`,
      );
      rounds.set(scenario, [...(rounds.get(scenario) ?? []), measured]);
    }
  } catch (error) {
    console.log(`${name}: ${error instanceof Error ? error.message : error}`);
  } finally {
    await laptop.dispose();
  }
}

function tableOf(shown: readonly Scenario[], now: Rounds, then: Rounds): readonly string[] {
  const push = middle(now.get("site"));
  const rows = shown.map((scenario) => {
    const { of, ratio } = targets[scenario];
    const [value, older] = [middle(now.get(scenario)), middle(then.get(scenario))];
    const reached = value / (of === "before" ? older : push);
    return [
      scenarios[scenario],
      shownSeconds(value),
      roundsOf(now.get(scenario)),
      shownSeconds(older),
      roundsOf(then.get(scenario)),
      Number.isNaN(reached) ? "" : `${reached.toFixed(2)} of ${of === "before" ? "before" : "one push"}`,
      Number.isNaN(ratio) ? "" : `${ratio} of ${of === "before" ? "before" : "one push"}`,
    ];
  });
  const header = ["what", "median", "rounds", "before", "rounds", "ratio", "target"];
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function middle(measured: readonly Measured[] | undefined): number {
  return measured === undefined ? Number.NaN : median(measured.map(({ seconds }) => seconds));
}

function shownSeconds(seconds: number): string {
  return Number.isNaN(seconds) ? "" : `${seconds.toFixed(1)} s`;
}

function roundsOf(measured: readonly Measured[] = []): string {
  return measured.map(({ seconds, note }) => `${seconds.toFixed(1)}${note ? ` (${note})` : ""}`).join(", ");
}
