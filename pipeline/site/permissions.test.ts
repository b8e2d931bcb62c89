import { readFileSync } from "node:fs";
import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { cloudFront } from "../../local/aws/cloudfront/cloudfront.ts";
import { inFrontOf } from "../../local/aws/cloudfront/distribution.ts";
import { cloudFrontClient } from "../aws/cloudfront.ts";
import { headersByRule } from "../bundle/header-rules.ts";
import { systemClock } from "../kit/clock.ts";
import { cloudFrontCache } from "./cdn/cloudfront.ts";
import { privateRecord } from "./record/record-location.ts";
import { first, outcome, SiteFixture, second } from "./site-fixture.ts";
import { folderSource } from "./source/folder-source.ts";
import { largeFileBytes } from "./source/site-source.ts";

const readme = readFileSync(new URL("../../actions/s3-sync/README.md", import.meta.url), "utf8");
const policy = /<!-- policy -->\s+```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";

describe("the policy in the README", () => {
  let fixture: SiteFixture;
  const account = { region: "us-east-1", accountId: "111122223333" };
  const distribution = "E1A2B3C4D5E6F7";

  before(async () => {
    const service = cloudFront({ ...account, completeAfterMs: 1 });
    service.addDistribution(distribution, inFrontOf("http://127.0.0.1:1"));
    fixture = await SiteFixture.open({ ...account, services: [service.service] });
    fixture.aws.provisionBucket({ name: "my-site" });
    fixture.bucket = "my-site";
  });
  after(() => fixture.close());

  interface PolicyDocument {
    readonly Version: string;
    readonly Statement: readonly { readonly Action: string | readonly string[]; readonly Resource: string }[];
  }

  /** Everything that a sync may do: first use, changes, a large file, headers alone, a lease, deletes, an invalidation. */
  async function syncs(document: PolicyDocument, largeBytes = 1): Promise<string> {
    const trustPolicy = {
      Version: document.Version,
      Statement: [{ Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" }],
    };
    const role = fixture.aws.iam.putRole({ name: "sync", trustPolicy, policies: { README: document } });
    const credentials = fixture.aws.iam.startSession(role, "test", 3600, new Date());
    const { endpoint } = fixture.aws;
    const s3 = new S3Client({ ...account, endpoint, credentials, forcePathStyle: true });
    const client = cloudFrontClient({
      ...account,
      endpoint,
      credentials: async () => credentials,
      maxAttempts: 1,
    });
    const [runner, signal] = [{ info: () => {}, warning: () => {} }, new AbortController().signal];
    const caching = {
      distribution,
      open: async (id: string) =>
        cloudFrontCache({ client, distribution: id, waitSeconds: 5, runner, clock: systemClock, signal }),
    };
    const alone = {
      target: { s3, record: privateRecord("my-site", "my-site", ""), caching },
      owner: { by: "run 1", leaseAttempt: 1 },
    };
    const large = { ...first, "large.bin": "x".repeat(largeBytes) };
    const uncached = headersByRule([{ glob: "**", value: "no-store" }]);
    const result = await outcome(
      (async () => {
        await fixture.sync(large, alone);
        await fixture.sync(folderSource(fixture.folder(large), uncached), { ...alone });
        await fixture.sync(second, alone);
      })(),
    );
    s3.destroy();
    client.destroy();
    return result;
  }

  it("is enough for every sync", async () => {
    expect(await syncs(JSON.parse(policy), largeFileBytes)).to.equal("done");
    expect(await fixture.served()).to.deep.include(second);
  });

  it("has nothing that a sync can do without, but for what only cleans up", async () => {
    const whole = JSON.parse(policy) as PolicyDocument;
    const actions = whole.Statement.flatMap(({ Action }) => Action);
    for (const missing of actions) {
      if (missing === "s3:AbortMultipartUpload" || missing === "cloudfront:GetInvalidation") continue;
      const Statement = whole.Statement.map((statement) => ({
        ...statement,
        Action: [statement.Action].flat().filter((action) => action !== missing),
      })).filter(({ Action }) => Action.length > 0);
      expect(await syncs({ ...whole, Statement }), `without ${missing}`).to.match(
        /^(AccessDenied|DeletesRefused)$|requests failed/,
      );
    }
  });
});
