import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { cell } from "../../kit/markdown.ts";
import type { Environment } from "../store/environment.ts";
import { readLive } from "../store/live.ts";
import type { Found } from "./found.ts";
import { foundLines } from "./found-lines.ts";
import { obstaclesOf } from "./obstacles.ts";

/**
 * Looks at an environment that is live without the pipeline, shows what is there, and throws `AdoptRefused` with everything
 * that stands in the way of going back to it. Changes nothing, the release store included.
 */
export async function adopt(
  { name, store }: Environment,
  { isDryRun }: { readonly isDryRun: boolean },
  observe: () => Promise<Found>,
  { runner }: Pick<ActionContext, "runner">,
): Promise<void> {
  runner.output("outcome", "unchanged");
  if (!isDryRun) {
    throw new ActionError(
      "InvalidInputs",
      'operation "adopt" looks, and does no more: it needs input "dry-run"',
      {
        hint: "set dry-run to true; what it finds says what to keep by hand before the first push, see docs/adopting.md",
      },
    );
  }
  const held = await readLive(store, name);
  if (held) {
    const line = `${name} is the pipeline's already: ${held.live.releaseId} is live, and there is nothing to take over`;
    runner.info(line);
    await runner.summary(`### ${cell(line)}\n`);
    return;
  }
  const found = await observe();
  const lines = foundLines(found);
  await runner.group(`Found: what is live in ${name} without the pipeline`, async () => {
    for (const line of lines) runner.info(line);
  });
  const obstacles = obstaclesOf(found);
  const heading =
    obstacles.length === 0
      ? `Nothing that was looked at stands in the way of ${name}'s first push`
      : `${name} has no way back to what is live now`;
  await runner.summary(
    [
      `### ${cell(heading)}`,
      lines.map((line) => `- ${cell(line.replace(/\s+/g, " ").trim())}`).join("\n"),
      obstacles.map(({ problem, hint }) => `- **${cell(problem)}**. ${cell(hint)}`).join("\n"),
      "Nothing was changed.",
    ]
      .filter((part) => part !== "")
      .join("\n\n")
      .concat("\n"),
  );
  if (obstacles.length > 0) {
    throw new ActionError("AdoptRefused", obstacles.map(({ problem }) => problem).join("; "), {
      hint: obstacles.map(({ hint }) => hint).join("; "),
    });
  }
  runner.info(`dry run: nothing was changed. ${heading}`);
}
