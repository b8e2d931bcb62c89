import type { ActionContext } from "../../kit/action.ts";
import { ActionError } from "../../kit/errors.ts";
import { cell } from "../../kit/markdown.ts";
import type { Environment } from "../store/environment.ts";
import { readLive } from "../store/live.ts";
import { sections } from "../views/sections.ts";
import type { Found } from "./found.ts";
import { chosenLines, foundLines } from "./found-lines.ts";
import { obstaclesOf } from "./obstacles.ts";
import { chooseFiles } from "./site-files.ts";
import { type TakeOverOptions, takeOver } from "./take-over.ts";

interface AdoptRequest {
  readonly isDryRun: boolean;
  /** Globs of keys in the site's bucket that are not the site's. */
  readonly leave: readonly string[];
}

/**
 * Takes over what is live without the pipeline as its first release; a dry run only says what it found and would keep. Throws
 * `AdoptRefused` with everything that stands in the way of going back to it, before anything is copied. What is live stays as it is.
 */
export async function adopt(
  environment: Environment,
  { isDryRun, leave }: AdoptRequest,
  observe: () => Promise<Found>,
  options: TakeOverOptions,
  context: ActionContext,
): Promise<void> {
  const { name, store } = environment;
  const { runner } = context;
  const outcome = (): void => runner.output("outcome", "unchanged");
  const held = await readLive(store, name);
  if (held) {
    const line = `${name} is the pipeline's already: ${held.live.releaseId} is live, and there is nothing to take over`;
    runner.info(line);
    await runner.summary(`### ${cell(line)}\n`);
    return outcome();
  }
  const found = await observe();
  const files = chooseFiles(found.site?.files ?? [], leave);
  const lines = [...foundLines(found), ...(found.site ? chosenLines(files) : [])];
  await runner.group(`Found: what is live in ${name} without the pipeline`, async () => {
    for (const line of lines) runner.info(line);
  });
  const obstacles = obstaclesOf({
    ...found,
    ...(found.site && { site: { ...found.site, files: files.taken } }),
  });
  const shown = lines.map((line) => `- ${cell(line.replace(/\s+/g, " ").trim())}`).join("\n");
  const heading =
    obstacles.length === 0
      ? `What is live in ${name} can be taken over`
      : `${name} has no way back to what is live now`;
  if (isDryRun || obstacles.length > 0) {
    outcome();
    const inTheWay = obstacles.map(({ problem, hint }) => `- **${cell(problem)}**. ${cell(hint)}`).join("\n");
    await runner.summary(sections(`### ${cell(heading)}`, shown, inTheWay, "Nothing was changed."));
  }
  if (obstacles.length > 0) {
    throw new ActionError("AdoptRefused", obstacles.map(({ problem }) => problem).join("; "), {
      hint: obstacles.map(({ hint }) => hint).join("; "),
    });
  }
  if (isDryRun) return runner.info(`dry run: nothing was changed. ${heading}`);
  const { api, site, records } = found;
  const adopted = {
    ...(api && { api }),
    ...(site && { site: { bucket: site.bucket, files: files.taken } }),
    records,
  };
  return await takeOver(environment, { ...adopted, shown }, options, context);
}
