import type { Found, FoundApi, Obstacle } from "./found.ts";

/** What of it would make a way back to it a promise that nobody can keep; empty where there is nothing. */
export function obstaclesOf({ api, site, records }: Found): readonly Obstacle[] {
  const obstacles = api ? [...stateObstacles(api), ...bundleObstacles(api), ...ruleObstacles(api)] : [];
  if (!api && !site) {
    obstacles.push({
      problem: "no input names an environment of Elastic Beanstalk or a bucket: there is nothing to look at",
      hint: "set the variables EB_APPLICATION and EB_ENVIRONMENT, SITE_BUCKET, or both",
    });
  }
  if ("unseen" in records && records.hasAddress) {
    obstacles.push({
      problem: `which migrations are on record could not be read: ${records.unseen}`,
      hint: "the first push would run them all again; check the database's variables, and that this job reaches it",
    });
  }
  if (site?.files.length === 0) {
    obstacles.push({
      problem: `the bucket "${site.bucket}" is empty: no site is live in it`,
      hint: "compare the variable SITE_BUCKET with the bucket that visitors get the site from",
    });
  }
  return obstacles;
}

function stateObstacles({ status, health }: FoundApi): readonly Obstacle[] {
  if (status === "Ready" && health === "Green") return [];
  return [
    {
      problem: `the environment is ${status} and ${health}: what runs there is not known to work`,
      hint: "look again once it is Ready and Green",
    },
  ];
}

function bundleObstacles({ label, bundle }: FoundApi): readonly Obstacle[] {
  if (label === "" || label === "Sample Application") {
    return [
      {
        problem: `the environment runs ${label === "" ? "no application version" : "Elastic Beanstalk's sample application"}`,
        hint: "nothing of yours is live in it: push, and the first release goes live as into an empty account",
      },
    ];
  }
  if ("bytes" in bundle.read) {
    const { expiry } = bundle;
    if ("unseen" in expiry || expiry.length === 0) return [];
    return [
      {
        problem: `the source bundle of version "${label}", s3://${bundle.bucket}/${bundle.key}, will be gone: a lifecycle ${expiry.join("; a lifecycle ")}`,
        hint: "take the key out of that rule: Elastic Beanstalk needs it for every instance that it starts",
      },
    ];
  }
  return [
    {
      problem: `the source bundle of version "${label}", s3://${bundle.bucket}/${bundle.key}, ${bundle.read.problem}`,
      hint: "where it is gone, deploy the same commit once more in the old way, or restore the object from the bucket's versions; where it is there, give the role s3:GetObject on it",
    },
  ];
}

function ruleObstacles({ label, rules }: FoundApi): readonly Obstacle[] {
  if ("unseen" in rules) return [];
  return rules
    .filter(({ deletesSource }) => deletesSource)
    .map(({ words }) => ({
      problem: `a lifecycle rule of the application ${words} and deletes the source bundles of others: that of "${label}" is safe only while it runs`,
      hint: "in the application's version lifecycle settings choose to retain the source bundle in S3",
    }));
}
