import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from "jose";
import { type Fixture, startFixture } from "../server-fixture.ts";

/** A job that puts its token where the test finds it. */
const job = (name: string, more: string): string => `  ${name}:
    name: ${name}
    runs-on: ubuntu-24.04
${more}
    steps:
      - run: |
          if [ -n "$ACTIONS_ID_TOKEN_REQUEST_URL" ]; then
            curl -s -H "Authorization: Bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" > "$RUNNER_TEMP/../../../${name}.json"
            echo "$ACTIONS_ID_TOKEN_REQUEST_URL $ACTIONS_ID_TOKEN_REQUEST_TOKEN" > "$RUNNER_TEMP/../../../${name}.request"
          else
            echo '{"value": "none"}' > "$RUNNER_TEMP/../../../${name}.json"
          fi
`;

const identity = `name: Identity
on:
  push: {branches: [main]}
  pull_request: {branches: [main]}
permissions: {}
jobs:
${job("plain", "    permissions: {id-token: write}")}
${job("deploy", '    permissions: {id-token: write}\n    environment: {name: "staging: eu", deployment: false}')}
${job("without", "    permissions: {contents: read}")}
`;

describe("OIDC tokens", () => {
  let fixture: Fixture;
  let sha: string;

  before(async () => {
    fixture = await startFixture();
    sha = await fixture.clone.commit("Identify", { ".github/workflows/identity.yml": identity });
    await fixture.clone.push("main");
  });
  after(() => fixture.stop());

  const given = (name: string): string =>
    (
      JSON.parse(readFileSync(join(fixture.directory, "github/work", `${name}.json`), "utf8")) as {
        value: string;
      }
    ).value;

  /** The claims, checked as a cloud does it: by the issuer's discovery document and keys. */
  async function verified(token: string): Promise<JWTPayload> {
    const { oidcIssuer } = fixture.github;
    const discovery = (await (
      await fetch(`${oidcIssuer}/.well-known/openid-configuration`)
    ).json()) as Record<string, string>;
    expect(discovery.issuer).equal(oidcIssuer);
    const keys = createRemoteJWKSet(new URL(discovery.jwks_uri ?? ""));
    const { payload } = await jwtVerify(token, keys, {
      issuer: oidcIssuer,
      audience: "sts.amazonaws.com",
      algorithms: ["RS256"],
    });
    return payload;
  }

  it("have GitHub's claims", async () => {
    const claims = await verified(given("plain"));
    const [run] = fixture.github.runs();
    expect(claims).deep.include({
      sub: `${fixture.github.subjectPrefix}:ref:refs/heads/main`,
      repository: "local/udagram",
      repository_owner: "local",
      ref: "refs/heads/main",
      ref_type: "branch",
      sha,
      run_id: String(run?.id),
      run_number: "1",
      run_attempt: "1",
      actor: "you",
      workflow: "Identity",
      workflow_ref: "local/udagram/.github/workflows/identity.yml@refs/heads/main",
      job_workflow_ref: "local/udagram/.github/workflows/identity.yml@refs/heads/main",
      event_name: "push",
      runner_environment: "self-hosted",
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).equal(300);
    expect(claims).not.have.property("environment");
    const { sub: _sub, ...others } = claims;
    expect(fixture.github.subjectPrefix).equal(
      `repo:local@${others.repository_owner_id}/udagram@${others.repository_id}`,
    );
  });

  it("name the job's environment in subject and claim, with its colons encoded", async () => {
    const claims = await verified(given("deploy"));
    expect(claims.sub).equal(`${fixture.github.subjectPrefix}:environment:staging%3A eu`);
    expect(claims.environment).equal("staging: eu");
  });

  it("are only for jobs with id-token: write", () => {
    expect(given("without")).equal("none");
  });

  it("are no longer given once the job is over", async () => {
    const [url = "", token = ""] = readFileSync(join(fixture.directory, "github/work/plain.request"), "utf8")
      .trim()
      .split(" ");
    const response = await fetch(`${url}&audience=sts.amazonaws.com`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).equal(401);
  });

  it("of a pull request say so, and where from and where to", async () => {
    await fixture.clone.git("checkout", "--quiet", "-b", "feature");
    await fixture.clone.commit("Words", { "words.txt": "1" });
    await fixture.clone.push("feature");
    const claims = await verified(given("plain"));
    expect(claims).include({
      sub: `${fixture.github.subjectPrefix}:pull_request`,
      ref: "refs/pull/1/merge",
      head_ref: "feature",
      base_ref: "main",
    });
  });

  it("are signed with the same key after a restart, which nobody else can read", async () => {
    const file = join(fixture.directory, "github/oidc-key.json");
    expect(statSync(file).mode & 0o777).equal(0o600);
    const before = given("plain");
    fixture = await fixture.restart();
    expect((await verified(before)).repository).equal("local/udagram");
  });
});
