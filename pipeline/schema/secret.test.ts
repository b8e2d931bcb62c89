import { expect } from "chai";
import { startTestAws, type TestAws } from "../../local/aws/aws-fixture.ts";
import { type RecordedContext, recordedContext } from "../kit/context-fixture.ts";
import { failureOf } from "../kit/failure-fixture.ts";
import { writeBundle } from "./bundle-fixture.ts";
import { type DatabaseInputs, databaseSource } from "./database/address-inputs.ts";
import type { AddressSource } from "./database/login.ts";
import type { MigrateInputs } from "./inputs.ts";
import { migrateSchema } from "./migrate.ts";
import { MigrateFixture, short, users } from "./migrate-fixture.ts";
import { run } from "./run.ts";

const name = "app-production-database";

describe("db-migrate with the database's address in a secret", () => {
  let fixture: MigrateFixture;
  let aws: TestAws;
  /** The owner's password as the database has it. */
  let password: string;
  let url: URL;
  let context: RecordedContext;

  before(async () => {
    [fixture, aws] = await Promise.all([MigrateFixture.open(), startTestAws()]);
    await fixture.newDatabase();
    password = new URL(fixture.database).password;
  });
  after(async () => {
    for (const variable of credentials) delete process.env[variable];
    await aws.stop();
    await fixture.close();
  });
  beforeEach(async () => {
    await fixture.newDatabase();
    url = new URL(fixture.database);
    setPassword(password);
    context = recordedContext({}, { env: { AWS_ENDPOINT_URL: aws.server.endpoint } });
    signIn(aws.server.credentials);
  });

  // Without a role the actions leave credentials to the SDK's own chain.
  const credentials = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
  function signIn(keys: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }): void {
    process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey;
    if (keys.sessionToken) process.env.AWS_SESSION_TOKEN = keys.sessionToken;
    else delete process.env.AWS_SESSION_TOKEN;
  }

  function setPassword(now: string): void {
    password = now;
    url.password = now;
    fixture.database = url.href;
  }

  /** Gives the owner another password, of which its secret knows nothing yet. */
  async function changePassword(next: string): Promise<void> {
    await fixture.query(`ALTER ROLE ${url.username} PASSWORD '${next}'`);
    setPassword(next);
  }

  /** Keeps what RDS keeps of a password that it manages. */
  const keep = (): string =>
    aws.server.secrets.put(name, JSON.stringify({ username: url.username, password }));

  const given = (changes: Partial<DatabaseInputs> = {}): DatabaseInputs => ({
    "database-url": "",
    "database-secret": name,
    "database-host": url.hostname,
    "database-port": Number(url.port),
    "database-name": url.pathname.slice(1),
    "database-ca": fixture.ca,
    "aws-region": aws.server.region,
    "role-to-assume": "",
    ...changes,
  });

  function source(changes: Partial<DatabaseInputs> = {}): AddressSource {
    const found = databaseSource(given(changes), context);
    if (found === undefined) throw new Error("no database is given");
    return found;
  }

  const inputs = async (changes: Partial<DatabaseInputs> = {}): Promise<MigrateInputs> => {
    const directory = fixture.folder();
    await writeBundle(directory, { users });
    return {
      release: "",
      directory,
      "migrations-directory": "",
      "recorded-extension": "",
      operation: "migrate",
      to: "",
      names: [],
      "schema-dump": "",
      "accept-differences": [],
      "migration-env": [],
      "lock-wait-seconds": 20,
      "lock-timeout-ms": 300,
      "statement-timeout-seconds": 60,
      "migration-timeout-seconds": 600,
      "dry-run": false,
      lint: "error",
      ...given(changes),
    };
  };

  it("migrates with user and password from the secret, and the place from the inputs", async () => {
    keep();
    await run(await inputs(), context);
    expect(context.said.outputs).to.include({ "applied-count": 1, changed: true });
    expect(context.said.masked).to.include(password);
    expect(context.said.lines.join("\n")).not.to.include(password);
  });

  it("migrates with all from the secret, as JSON and as an address", async () => {
    const nothing = { "database-host": "", "database-port": "", "database-name": "" } as const;
    const { hostname: host, username } = url;
    const parts = { engine: "postgres", host, username, password };
    const value = { ...parts, dbname: url.pathname.slice(1), port: Number(url.port) };
    aws.server.secrets.put(name, JSON.stringify(value));
    await run(await inputs(nothing), context);
    expect(context.said.outputs).to.include({ "applied-count": 1 });
    aws.server.secrets.put(name, url.href);
    await run(await inputs(nothing), context);
    expect(context.said.outputs).to.include({ "applied-count": 0, "pending-count": 0 });
  });

  it("lets the inputs count before the secret, as for a proxy before the database", async () => {
    const value = { host: "nowhere.invalid", port: 1, dbname: "nothing", username: url.username, password };
    aws.server.secrets.put(name, JSON.stringify(value));
    await run(await inputs(), context);
    expect(context.said.outputs).to.include({ "applied-count": 1 });
  });

  it("reads the secret again when the password was rotated before it came in", async () => {
    keep();
    const held = source();
    let reads = 0;
    const database: AddressSource = {
      read: async () => {
        const address = await held.read();
        reads += 1;
        if (reads === 1) {
          await changePassword("rotated-before");
          keep();
        }
        return address;
      },
    };
    const options = { ...(await fixture.options({ users }, context)), database };
    expect(short((await migrateSchema(options)).applied)).to.deep.equal(["users"]);
    expect(reads).to.equal(2);
    expect(context.said.masked).to.include("rotated-before");
    expect(context.said.lines).to.include(
      `the password was rotated: trying the one that secret "${name}" has now`,
    );
  });

  it("goes on when the password is rotated while migrations run, and one needs another session", async () => {
    keep();
    const pair = `export const phase = "expand"; export const transaction = false; export const down = false;
      export const up = ({ sequelize }) =>
        Promise.all(["users", "posts", "photos"].map((table) => sequelize.query(\`SELECT pg_sleep(1); CREATE TABLE \${table} (id int)\`)));`;
    const options = {
      ...(await fixture.options({ pair }, context)),
      database: source(),
      beforeFirstChange: async () => {
        await changePassword("rotated-meanwhile");
        keep();
      },
    };
    expect(short((await migrateSchema(options)).applied)).to.deep.equal(["pair"]);
    expect(await fixture.tables()).to.deep.equal(["photos", "posts", "users"]);
    expect(context.said.lines.filter((line) => line.includes("was rotated"))).not.to.deep.equal([]);
    expect(context.said.masked).to.include("rotated-meanwhile");
  });

  it("says that the secret was read again when what it has is refused still, and never what that is", async () => {
    keep();
    const old = password;
    await changePassword("not-in-the-secret");
    const error = await failureOf(run(await inputs(), context));
    expect(error.code).to.equal("DatabaseRefused");
    expect(error.hint)
      .to.include(`check the password of user "${url.username}" in the secret "${name}"`)
      .and.include("read again");
    const { said } = context;
    const printed = JSON.stringify([error.message, error.hint, error.details, said.lines, said.summary]);
    expect(printed).not.to.include(old).and.not.to.include("not-in-the-secret");
    expect(await failureOf(run(await inputs(), context))).to.have.property("code", "DatabaseRefused");
  });

  it("says which permission the role lacks, before anything is touched", async () => {
    const arn = keep();
    const role = aws.server.iam.putRole({
      name: "deploy",
      trustPolicy: { Statement: { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" } },
    });
    signIn(aws.server.iam.startSession(role, "run", 3600, new Date()));
    const error = await failureOf(run(await inputs(), context));
    expect(error.code).to.equal("AccessDenied");
    expect(error.hint).to.include(`secretsmanager:GetSecretValue on "${arn}"`);
  });

  const lacking: [keyof DatabaseInputs, string, string][] = [
    ["database-host", "has no host", "database-host"],
    ["database-name", "has no database", "database-name"],
  ];
  for (const [input, message, remedy] of lacking) {
    it(`says that a secret ${message}, and which input says it`, async () => {
      keep();
      const error = await failureOf(run(await inputs({ [input]: "" }), context));
      expect(error.code).to.equal("SecretInvalid");
      expect(error.message).to.equal(`the secret "${name}" ${message}`);
      expect(error.hint).to.include(`\`${remedy}\``);
    });
  }

  it("says that a secret's JSON is malformed, or lacks the password, without showing it", async () => {
    for (const [text, problem] of [
      ['{"username":"owner","password":"hush-hush"', "holds JSON that is malformed"],
      ['{"username":"owner","pass":"hush-hush"}', "has no password"],
    ] as const) {
      aws.server.secrets.put(name, text);
      const error = await failureOf(run(await inputs(), context));
      expect(error.code).to.equal("SecretInvalid");
      expect(error.message).to.equal(`the secret "${name}" ${problem}`);
      expect(error.hint).to.include('JSON with "username" and "password"');
      expect(JSON.stringify([error, context.said.lines])).not.to.include("hush-hush");
    }
  });

  describe("refuses", () => {
    const refused: [string, Partial<DatabaseInputs>, string][] = [
      ["both ways", { "database-url": "postgres://user:secret@host/name" }, "are both given"],
      [
        "parts of an address that is no secret's",
        { "database-secret": "", "database-url": "postgres://user:secret@host/name" },
        'input "database-host", input "database-port", input "database-name" completes a secret',
      ],
      ["parts of nothing", { "database-secret": "" }, 'no "database-secret" is given'],
    ];
    for (const [what, changes, message] of refused) {
      it(what, () => {
        expect(() => databaseSource(given(changes), context)).to.throw(message);
      });
    }
  });

  it("needs the region of the secret", async () => {
    const error = await failureOf(run(await inputs({ "aws-region": "" }), context));
    expect(error.code).to.equal("InvalidInputs");
    expect(error.message).to.include('"aws-region"');
  });
});
