// What is the release's business where there is one: which commit is newer, and which versions stay.
import type { ElasticBeanstalkClient } from "@aws-sdk/client-elastic-beanstalk";
import type { ActionContext } from "../kit/action.ts";
import type { Deployer } from "./deploy-version.ts";
import { refuseOlder } from "./older-commit.ts";
import { keepVersions } from "./versions/keep-versions.ts";
import { madeBy, type WantedVersion } from "./versions/wanted-version.ts";

interface OwnInputs {
  readonly application: string;
  readonly force: boolean;
  readonly "github-token": string;
  readonly "keep-versions": number;
}

interface Deployed {
  readonly eb: ElasticBeanstalkClient;
  readonly version: WantedVersion;
}

export function onItsOwn(
  given: OwnInputs,
  { eb, version }: Deployed,
  context: ActionContext,
): Pick<Deployer, "beforeChange" | "note" | "makeRoom"> {
  let before = "";
  return {
    note: madeBy(context.run.sha, context.run.url),
    beforeChange: async ({ version: label }, { runningVersion }) => {
      before = label;
      if (runningVersion && !given.force) {
        await refuseOlder({ ...runningVersion, label }, given["github-token"], context);
      }
    },
    makeRoom: () => makeRoom(given, { eb, version, before }, context),
  };
}

/** Deletes the oldest versions beyond `keep-versions`; none where it is 0. */
export async function makeRoom(
  given: Pick<OwnInputs, "keep-versions" | "application">,
  deployed: Deployed & { readonly before: string },
  { clock, runner }: ActionContext,
): Promise<number> {
  const { eb, version, before } = deployed;
  const count = given["keep-versions"];
  if (count === 0 || !version.source) return 0;
  return keepVersions({
    ...{ eb, application: given.application, count, beside: version.source, clock },
    also: [version.label, before],
    note: (line) => runner.info(line),
  });
}
