import type { VersionSource } from "../versions/version-source.ts";
import type { Beanstalk } from "./beanstalk.ts";
import type { Fleet, Observation, Served } from "./observation.ts";
import { readServed } from "./served.ts";

const notAsked: Pick<Observation, "fleet" | "served"> = {
  fleet: { kind: "unknown", why: "not asked" },
  served: { kind: "not asked" },
};

/**
 * One look. The instances are asked once the environment is Ready, unless `known` says what they told a moment ago; the
 * public address only where they cannot tell what is served: on basic health, and where a deployment failed on one.
 */
export async function observe(
  beanstalk: Beanstalk,
  answersAt: VersionSource | undefined,
  known: Fleet | undefined,
): Promise<Observation> {
  const environment = await beanstalk.readEnvironment();
  if (environment?.status !== "Ready") return { environment, ...notAsked };
  const fleet = known ?? (await beanstalk.readInstances());
  return { environment, fleet, served: await servedBy(fleet, environment.url, answersAt) };
}

/** What answers at the environment's address, where that is needed and can be asked. */
export async function servedBy(
  fleet: Fleet,
  url: string,
  answersAt: VersionSource | undefined,
): Promise<Served> {
  const isTold =
    fleet.kind === "known" && !fleet.instances.some(({ deployment }) => deployment?.status === "Failed");
  return isTold || url === "" || answersAt === undefined ? notAsked.served : readServed(url, answersAt);
}
