import type { ActionContext } from "../../kit/action.ts";
import { cell } from "../../kit/markdown.ts";
import { commandTo } from "../store/commands.ts";
import type { BeginEntry } from "../store/entries.ts";
import { attempted } from "../views/headline.ts";
import { isLaptop } from "../views/laptop.ts";
import { sections } from "../views/sections.ts";

/** An attempt that a step leaves open: told from memory, since there may be no time, or no release store, to read anything. */
interface LeftOpen {
  readonly environment: string;
  readonly begin: Pick<BeginEntry, "kind" | "releaseId" | "seq" | "live">;
  /** What happened, as the rest of a sentence: "was cancelled half-way". */
  readonly what: string;
  /** Who ends it now, as a sentence of its own. */
  readonly next: string;
}

/** Says that an attempt is open, what that means for visitors, and what ends it: a warning, and the step's summary. */
export async function reportOpen(
  { environment, begin, what, next }: LeftOpen,
  { runner, env }: Pick<ActionContext, "runner" | "env">,
): Promise<void> {
  const { kind, releaseId, seq, live } = begin;
  const before = live === null || live.releaseId === releaseId ? "" : ` nor wholly ${live.releaseId}`;
  const line = `${attempted[kind]} ${releaseId} ${what} and is open in ${environment}: what visitors get may be neither that${before}`;
  runner.warning(`${line}. ${next}`);
  await runner.summary(
    sections(
      `### ${cell(line)}`,
      `${cell(next)} By hand, attempt ${seq} is ended by`,
      `\`\`\`sh\n${commandTo("repair", { environment, isLaptop: isLaptop(env) })}\n\`\`\``,
    ),
  );
}
