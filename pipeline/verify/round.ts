import { appCheck } from "./api-checks.ts";
import { type Asked, type Check, type Finding, findingsOf } from "./check.ts";
import { assetChecks } from "./page.ts";
import { type Answer, ask } from "./probe.ts";
import { checksOf, pageCheck, type Wanted } from "./release-checks.ts";

const requestTimeoutMs = 10_000;

/**
 * One round of questions, each on a connection of its own, all at once; then, where the start page is right, everything
 * that it loads. Rejects only when the job is cancelled.
 */
export async function askRound(wanted: Wanted, signal: AbortSignal): Promise<readonly Asked[]> {
  const askApp = async () => askAll(appCheck(wanted.apiUrl, await wanted.app), signal);
  const { site, api } = wanted.manifest;
  const [page, others] = await Promise.all([
    site ? askAll(pageCheck(wanted), signal) : undefined,
    Promise.all([...checksOf(wanted).map((check) => askAll(check, signal)), ...(api ? [askApp()] : [])]),
  ]);
  const answer = page?.answers[0];
  const assets =
    page && answer && !("error" in answer) && findingsOf([page]).length === 0
      ? await Promise.all(
          assetChecks(wanted.manifest, wanted.siteUrl, answer.body).map((check) => askAll(check, signal)),
        )
      : [];
  signal.throwIfAborted();
  return [...others, ...(page ? [page] : []), ...assets];
}

async function askAll(check: Check, signal: AbortSignal): Promise<Asked> {
  const answers = await Promise.all(
    Array.from(
      { length: check.connections },
      (): Promise<Answer> => ask(check.probe, requestTimeoutMs, signal),
    ),
  );
  return { check, answers };
}

/**
 * What is wrong by a round's answers. That the API's bundle does not say its version is something else where Elastic Beanstalk
 * can be asked: `unnamed` is that.
 */
export function judgeRound(
  asked: readonly Asked[],
  { environment }: Pick<Wanted, "environment">,
): { readonly findings: readonly Finding[]; readonly unnamed: Finding | undefined } {
  const all = findingsOf(asked);
  if (environment === undefined) return { findings: all, unnamed: undefined };
  const unnamed = all.find(({ problem }) => problem === "version-unnamed");
  return { findings: all.filter(({ problem }) => problem !== "version-unnamed"), unnamed };
}
