import { expect } from "chai";
import { recordedContext } from "../../kit/context-fixture.ts";
import type { ActionError } from "../../kit/errors.ts";
import { parseAddress } from "./address.ts";

const refusal = (url: string, ca = ""): ActionError => {
  try {
    parseAddress(url, ca, recordedContext());
  } catch (error) {
    return error as ActionError;
  }
  throw new Error("was accepted");
};

describe("the database's address", () => {
  it("is taken apart, with escapes undone", () => {
    const address = parseAddress(
      "postgresql://us%40er:p%2Fw@db.example.com:6432/na%20me",
      "",
      recordedContext(),
    );
    expect(address).to.include({
      host: "db.example.com",
      port: 6432,
      user: "us@er",
      password: "p/w",
      database: "na me",
    });
  });

  it("is masked whole, and the password in every form in which it may be printed", () => {
    const context = recordedContext();
    const url = "postgres://user:p%22ss/w%C3%B6rd@host/name".replace("/w", "%2Fw");
    parseAddress(url, "", context);
    expect(context.said.masked).to.include.members([url, "p%22ss%2Fw%C3%B6rd", 'p"ss/wörd', 'p\\"ss/wörd']);
  });

  const wrong: [string, RegExp][] = [
    ["not an address", /is no address/],
    ["mysql://user:secret@host/name", /begins with "mysql:"/],
    ["postgres://user@host/name", /has no password/],
    ["postgres://:secret@host/name", /has no user/],
    ["postgres://user:secret@host", /has no database/],
    ["postgres://user:secret@host/name?sslmode=disable", /sslmode=disable/],
    ["postgres://user:secret@host/name?sslrootcert=x", /not supported: sslrootcert/],
  ];
  for (const [url, message] of wrong) {
    it(`"${url.replace("secret", "…")}" is refused without being shown`, () => {
      const error = refusal(url);
      expect(error.code).to.equal("InvalidInputs");
      expect(error.message).to.match(message);
      expect(`${error.message}${error.hint}`).not.to.include("secret");
    });
  }

  it("says when the CA is a path instead of a certificate", () => {
    expect(refusal("postgres://user:secret@host/name", "/etc/ca.pem").message).to.include(
      "no PEM certificate",
    );
  });
});
