import type { Failure } from "./update/verdict.ts";

/** What to do about each way in which a deploy can fail; the README's table says the same of each code. */
export const advice: Readonly<Record<Failure, string>> = {
  aborted: "deploy again: after an update in place some instances may run the new version",
  "failed-before-change":
    "mend what the engine's log names and deploy again; every instance still serves the version before",
  "failed-new-version":
    "deploy a version that is known to be good: every instance has the new one, and Elastic Beanstalk puts nothing back after an update in place",
  "not-known":
    "look at the environment; set `version-path`, or enhanced health, so that the next deploy can tell what runs",
  "reverted-by-eb": "mend the version and deploy again: the version before runs on every instance",
  "split-fleet": "deploy a version that is known to be good: some instances have the new one and some do not",
  superseded: "give the workflow a `concurrency` group: something else deployed to the environment meanwhile",
  terminated: "create the environment again, or correct the input `environment`",
  "timed-out":
    "look at the events; wait until Elastic Beanstalk is done and deploy again, with a longer `timeout-minutes` where it needs longer",
  unhealthy:
    "mend what the causes and the log lines name; where they are gone, deploy it again with `force: true`",
};
