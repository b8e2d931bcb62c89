import type { Manifest } from "../../bundle/manifest.ts";
import type { ActionContext } from "../../kit/action.ts";
import { explain } from "../../kit/errors.ts";
import { halvesOf } from "../../verify/check.ts";
import { type CheckInputs, releaseChecker } from "./release-checker.ts";
import type { ApiTarget } from "./targets.ts";

/** Whether what visitors get is a release, whole, by one look at it; and in words what was found, or why nobody knows. */
export interface Seen {
  readonly whole: "yes" | "no" | "unknown";
  readonly words: string;
}

/** Looks at the live system now, once, and waits for nothing. Never rejects but for a cancelled job. */
export type Look = (manifest: Manifest) => Promise<Seen>;

/** What says nothing of which release is there. */
const silent = new Set<string>(["unreachable", "beanstalk-silent", "version-unnamed"]);

/** Looks by the same questions by which releases are verified; what needs an address that was not given is not looked at. */
export function looker(
  given: CheckInputs,
  api: Omit<ApiTarget, "answersAt">,
  { clock, signal }: Pick<ActionContext, "clock" | "signal">,
): Look {
  const check = releaseChecker(given, { api }, { clock, signal, runner: { info: () => undefined } });
  return async (manifest) => {
    const unknown = (words: string): Seen => ({ whole: "unknown", words });
    if (!manifest.site && !manifest.api)
      return unknown("visitors see nothing of a release of migrations alone");
    if (manifest.site && given["site-url"] === "") return unknown("the site's address is not known here");
    if (manifest.api && given["api-url"] === "") return unknown("the API's address is not known here");
    try {
      const result = await check(manifest, { timeoutSeconds: 0 });
      if (result.verified) return { whole: "yes", words: `${halvesOf(manifest)} as ${manifest.id}` };
      const words = result.findings.map(({ message }) => message).join("; ");
      return result.findings.every(({ problem }) => silent.has(problem))
        ? unknown(words)
        : { whole: "no", words };
    } catch (error) {
      signal.throwIfAborted();
      return unknown(explain(error));
    }
  };
}
