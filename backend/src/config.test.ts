import { expect } from "chai";
import { ConfigError, readConfig } from "./config.ts";

const complete = {
  URL: "http://site.example",
  POSTGRES_HOST: "db.example",
  POSTGRES_DB: "udagram",
  POSTGRES_USERNAME: "udagram",
  POSTGRES_PASSWORD: "pass word",
  AWS_REGION: "us-east-1",
  AWS_BUCKET: "media",
  JWT_SECRET: "0123456789abcdef",
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe("configuration", () => {
  it("reads a complete environment, with defaults for what may be left out", () => {
    const config = readConfig(complete);
    expect(config).to.deep.include({ port: 8080, siteOrigins: ["http://site.example"], trustedProxies: 1 });
    expect(config.database).to.deep.include({ host: "db.example", port: 5432, ca: undefined, poolSize: 10 });
    expect(config.limits).to.eql({
      loginFailuresPerAccount: 10,
      loginFailuresPerAddress: 100,
      registrationsPerAddress: 100,
    });
  });

  it("names everything that is missing at once", () => {
    expect(problemsOf({})).to.eql(Object.keys(complete).map((name) => `${name} is not set`));
  });

  const wrong: [Record<string, string>, RegExp][] = [
    [{ PORT: "http" }, /^PORT must be a whole number from 0 to 65535, not "http"$/],
    [{ PORT: "70000" }, /^PORT/],
    [{ POSTGRES_PORT: "0" }, /^POSTGRES_PORT/],
    [{ POSTGRES_HOST: "postgres://db" }, /^POSTGRES_HOST must be a host name, not "postgres:\/\/db"$/],
    [{ POSTGRES_CA: "/etc/ca.pem" }, /^POSTGRES_CA must be PEM text/],
    [{ AWS_BUCKET: "arn:aws:s3:::media" }, /^AWS_BUCKET must be the name .* not its ARN; use "media"$/],
    [{ AWS_BUCKET: "Media_Bucket" }, /^AWS_BUCKET must be the name of a bucket/],
    [{ AWS_REGION: "Virginia" }, /^AWS_REGION must be a region such as us-east-1, not "Virginia"$/],
    [{ URL: "site.example" }, /^URL must be the http\(s\) address of the site, not "site.example"$/],
    [{ URL: "http://a.example, ftp://b.example" }, /^URL .* not "ftp:\/\/b.example"$/],
    [{ API_URL: "api.example" }, /^API_URL/],
    [{ LOG_LEVEL: "loud" }, /^LOG_LEVEL must be a level of pino/],
    [{ REGISTRATIONS_PER_ADDRESS: "many" }, /^REGISTRATIONS_PER_ADDRESS/],
    [{ TRUSTED_PROXIES: "-1" }, /^TRUSTED_PROXIES/],
  ];
  for (const [setting, message] of wrong) {
    it(`refuses ${JSON.stringify(setting)}`, () => {
      const problems = problemsOf({ ...complete, ...setting });
      expect(problems).to.have.lengthOf(1);
      expect(problems[0]).to.match(message);
    });
  }

  it("never repeats a secret", () => {
    const [problem] = problemsOf({ ...complete, JWT_SECRET: "short" });
    expect(problem)
      .to.match(/^JWT_SECRET is too short/)
      .and.not.contain('"short"');
  });

  it("takes several origins of the site, by their origin only", () => {
    const { siteOrigins } = readConfig({
      ...complete,
      URL: "http://a.example/index.html, https://b.example:8443/",
    });
    expect(siteOrigins).to.eql(["http://a.example", "https://b.example:8443"]);
  });

  it("takes a CA with its line breaks escaped", () => {
    const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (const value of [pem, pem.replaceAll("\n", "\\n")]) {
      expect(readConfig({ ...complete, POSTGRES_CA: value }).database.ca).to.equal(pem);
    }
  });
});
