import { expect } from "chai";
import { recordedContext } from "../../kit/context-fixture.ts";
import { partsOfSecret } from "./secret-value.ts";

const whole = { host: "db.example.com", port: 6432, user: "owner", password: 'p"ss/wörd', database: "app" };
const { host, port, user: username, password, database: dbname } = whole;

const read = (text: string) => partsOfSecret(text, recordedContext().runner);

describe("what a secret says of the database", () => {
  const same: [string, string][] = [
    ["a whole address", "postgres://owner:p%22ss%2Fw%C3%B6rd@db.example.com:6432/app"],
    [
      "an address with a line break after it",
      "postgresql://owner:p%22ss%2Fw%C3%B6rd@db.example.com:6432/app\n",
    ],
    [
      "JSON as RDS writes it",
      JSON.stringify({
        engine: "postgres",
        host,
        username,
        password,
        dbname,
        port,
        dbInstanceIdentifier: "app",
      }),
    ],
    [
      "JSON of Aurora, over several lines, with the port as text",
      JSON.stringify(
        { engine: "aurora-postgresql", host, username, password, dbname, port: "6432" },
        null,
        2,
      ),
    ],
  ];
  for (const [what, text] of same) {
    it(`is all of it in ${what}`, () => expect(read(text)).to.deep.equal(whole));
  }

  it("is user and password alone in a secret that RDS manages", () => {
    const managed = { host: "", port: "", user: "owner", password: "secret", database: "" };
    expect(read('{"username":"owner","password":"secret"}')).to.deep.equal(managed);
    expect(read('{"username":"owner","password":"secret","dbname":null}')).to.deep.equal(managed);
  });

  const wrong: [string, string][] = [
    ["topsecret", "holds neither a postgres:// address nor JSON"],
    ["mysql://owner:topsecret@host/name", "holds neither a postgres:// address nor JSON"],
    [
      "postgres://owner:topsecret@host/name?sslmode=disable",
      "asks for sslmode=disable, but TLS is always verify-full here",
    ],
    ['{"username":"owner","password":"topsecret"', "holds JSON that is malformed"],
    ["{topsecret}", "holds JSON that is malformed"],
    ['{"engine":"mysql","username":"owner","password":"topsecret"}', 'is of a database of engine "mysql"'],
    ['{"username":"owner","password":["topsecret"]}', 'has a "password" that is no text'],
    ['{"username":"owner","password":"topsecret","port":"topsecret"}', 'has a "port" that is none'],
    ['{"username":"owner","password":"topsecret","port":65536}', 'has a "port" that is none'],
  ];
  for (const [text, message] of wrong) {
    it(`is refused without being shown: ${text.replaceAll("topsecret", "…")}`, () => {
      expect(() => read(text)).to.throw(new RegExp(`^${message}$`));
    });
  }

  it("is masked in every form in which it may be printed, and names of places are not", () => {
    const context = recordedContext();
    const text = JSON.stringify({ ...{ host, port, dbname, username, password }, token: "another" });
    partsOfSecret(text, context.runner);
    const { masked } = context.said;
    expect(masked).to.include.members([text, 'p"ss/wörd', 'p\\"ss/wörd', "p%22ss%2Fw%C3%B6rd", "another"]);
    // GitHub drops a job's outputs in which a masked text occurs: the attempt's handle, for one, has such names in it.
    for (const place of [host, "6432", dbname, username]) expect(masked).not.to.include(place);
  });

  it("over several lines masks no line of punctuation", () => {
    const context = recordedContext();
    partsOfSecret(JSON.stringify({ username, password }, null, 2), context.runner);
    expect(context.said.masked.join(" ")).not.to.include("\n");
    expect(context.said.masked).to.include(password);
  });
});
