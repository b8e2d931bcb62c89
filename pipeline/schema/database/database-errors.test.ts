import { expect } from "chai";
import type { DatabaseAddress } from "./address.ts";
import { describeConnectionError, isTransient } from "./database-errors.ts";

const address = {
  host: "db.example.org",
  port: 5432,
  user: "ada",
  password: "pa55word",
  database: "app",
  origin: { name: 'input "database-url"', refused: "it may have been rotated" },
} as DatabaseAddress;

const refusal = (code: string, message = "no"): Error => Object.assign(new Error(message), { code });

describe("what a database's refusal means", () => {
  const table: [string, Error, string, RegExp, RegExp][] = [
    [
      "a wrong password",
      refusal("28P01"),
      "DatabaseRefused",
      /refused the password of user "ada"/,
      /rotated/,
    ],
    [
      "a line that pg_hba.conf lacks",
      refusal("28000"),
      "DatabaseRefused",
      /does not let user "ada" in/,
      /pg_hba/,
    ],
    ["no database", refusal("3D000"), "DatabaseRefused", /there is no database "app"/, /create it/],
    ["no right to connect", refusal("42501"), "DatabaseRefused", /may not connect/, /GRANT CONNECT/],
    ["no connection left", refusal("53300"), "DatabaseRefused", /no connection left/, /max_connections/],
    ["starting", refusal("57P03"), "DatabaseUnreachable", /is starting, stopping or recovering/, /run again/],
    [
      "a pooler that takes no options",
      refusal("08P01", "unsupported startup parameter: options"),
      "DatabaseRefused",
      /pooler/,
      /database's own address/,
    ],
    ["an expired certificate", refusal("CERT_HAS_EXPIRED"), "DatabaseUntrusted", /has expired/, /renew/],
    [
      "one that is not valid yet",
      refusal("CERT_NOT_YET_VALID"),
      "DatabaseUntrusted",
      /not valid yet/,
      /clock/,
    ],
    [
      "one for another host",
      refusal("ERR_TLS_CERT_ALTNAME_INVALID"),
      "DatabaseUntrusted",
      /made out to another host/,
      /endpoint/,
    ],
    [
      "one of an unknown CA",
      refusal("SELF_SIGNED_CERT_IN_CHAIN"),
      "DatabaseUntrusted",
      /not trusted/,
      /database-ca/,
    ],
    [
      "no TLS",
      new Error("The server does not support SSL connections"),
      "DatabaseUntrusted",
      /does not speak TLS/,
      /switch TLS on/,
    ],
    ["no such host", refusal("ENOTFOUND"), "DatabaseUnreachable", /no host of that name/, /private/],
    ["nobody there", refusal("ECONNREFUSED"), "DatabaseUnreachable", /nothing listens/, /port/],
    ["no answer", refusal("ETIMEDOUT"), "DatabaseUnreachable", /cannot be reached/, /security group/],
  ];
  for (const [what, cause, code, message, hint] of table) {
    it(`${what} has a sentence and a remedy of its own`, () => {
      const error = describeConnectionError(cause, address);
      expect(error.code).to.equal(code);
      expect(error.message).to.match(message).and.include("db.example.org:5432");
      expect(error.hint).to.match(hint);
      expect(`${error.message}${error.hint}`).not.to.include("pa55word");
    });
  }

  it("asks again where it may pass, and only there", () => {
    expect(["57P03", "53300", "ECONNRESET"].map((code) => isTransient(refusal(code)))).to.deep.equal([
      true,
      true,
      true,
    ]);
    expect(["28P01", "42501", "ECONNREFUSED"].map((code) => isTransient(refusal(code)))).to.deep.equal([
      false,
      false,
      false,
    ]);
  });
});
