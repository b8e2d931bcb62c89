import { expect } from "chai";
import { startApi, type TestApi } from "../testing/api.ts";
import { createPasswords } from "../users/password.ts";
import { subscriberOf } from "./limits.ts";

const settings = {
  LOGIN_FAILURES_PER_ACCOUNT: "3",
  LOGIN_FAILURES_PER_ADDRESS: "6",
  REGISTRATIONS_PER_ADDRESS: "2",
};

describe("limits across two instances", () => {
  let one: TestApi;
  let two: TestApi;
  let addresses = 0;

  before(async () => {
    one = await startApi({ settings });
    two = await startApi({ settings, database: one.database });
  });
  after(async () => {
    await two.stop();
    await one.stop();
  });

  /** As the one trusted proxy in front passes it on; what a client itself put there stands to the left. */
  const from = (address: string) => ({ "x-forwarded-for": `203.0.113.99, ${address}` });
  const newAddress = () => `198.51.100.${++addresses}`;
  const register = (api: TestApi, email: string, address: string) =>
    api.request("POST", "/api/v0/users/auth", { body: { email, password: "right" }, headers: from(address) });
  const logIn = (api: TestApi, email: string, password: string, address: string) =>
    api.request("POST", "/api/v0/users/auth/login", { body: { email, password }, headers: from(address) });

  it("stops guessing at an account, from wherever, and says when to come back", async () => {
    await register(one, "guessed@example.com", newAddress());
    const statuses = [];
    for (const api of [one, two, one, two, one]) {
      statuses.push((await logIn(api, "guessed@example.com", "wrong", newAddress())).status);
    }
    expect(statuses).to.eql([401, 401, 401, 429, 429]);
    const { status, headers, body } = await logIn(two, "guessed@example.com", "right", newAddress());
    expect(status).to.equal(429);
    expect(Number(headers.get("retry-after"))).to.be.within(600, 900);
    expect(body).to.eql({ auth: false, message: "Too many attempts. Try again in 15 minutes." });
  });

  it("stops guessing from an address, at whatever accounts, and leaves other addresses alone", async () => {
    await register(one, "bystander@example.com", newAddress());
    const address = newAddress();
    const statuses = [];
    for (let guess = 0; guess < 8; guess += 1) {
      statuses.push((await logIn(guess % 2 ? one : two, `nobody${guess}@example.com`, "x", address)).status);
    }
    expect(statuses).to.eql([...Array(6).fill(401), 429, 429]);
    expect((await logIn(one, "bystander@example.com", "right", newAddress())).status).to.equal(200);
  });

  it("holds against many guesses sent at once", async () => {
    await register(one, "rush@example.com", newAddress());
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_item, index) =>
        logIn(index % 2 ? one : two, "rush@example.com", "wrong", newAddress()),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).to.have.lengthOf(3);
    expect(answers.filter(({ status }) => status === 429)).to.have.lengthOf(27);
  });

  it("counts no login that was right", async () => {
    await register(one, "regular@example.com", newAddress());
    const address = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_item, index) =>
        logIn(index % 2 ? one : two, "regular@example.com", "right", address),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).to.eql(new Set([200]));
  });

  it("limits registrations per address, counting those that succeeded", async () => {
    const address = newAddress();
    const statuses = [];
    for (const [api, email] of [
      [one, "r1@example.com"],
      [two, "r1@example.com"],
      [two, "r2@example.com"],
      [one, "r3@example.com"],
      [two, "r1@example.com"],
    ] as const) {
      statuses.push((await register(api, email, address)).status);
    }
    expect(statuses).to.eql([201, 422, 201, 429, 422]);
    expect((await register(one, "r3@example.com", newAddress())).status).to.equal(201);
  });

  it("lets no more through when registrations come at once", async () => {
    const address = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_item, index) =>
        register(index % 2 ? one : two, `at-once-${index}@example.com`, address),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).to.eql([201, 201, ...Array(10).fill(429)]);
    const [{ n } = {}] = await one.database.query(
      `SELECT count(*)::int AS n FROM "Users" WHERE email LIKE 'at-once-%'`,
    );
    expect(n).to.equal(2);
  });

  it("computes no hash for registrations that are over the limit", async () => {
    let hashes = 0;
    const passwords = createPasswords({ ln: 4, r: 8, p: 1 });
    const counting: typeof passwords = {
      ...passwords,
      hash: (...given) => {
        hashes += 1;
        return passwords.hash(...given);
      },
    };
    const api = await startApi({ settings, database: one.database, passwords: counting });
    const address = newAddress();
    try {
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_item, index) => register(api, `flood-${index}@example.com`, address)),
      );
      expect(answers.filter(({ status }) => status === 429)).to.have.lengthOf(58);
      expect(hashes).to.equal(2);
    } finally {
      await api.stop();
    }
  });

  it("gives a place back that a registration did not take", async () => {
    const address = newAddress();
    await register(one, "place@example.com", newAddress());
    const twins = Array.from({ length: 10 }, () => register(one, "twin@example.com", address));
    expect((await Promise.all(twins)).map(({ status }) => status).sort()).to.eql([
      201,
      ...Array(9).fill(422),
    ]);
    expect((await register(one, "twin-2@example.com", address)).status).to.equal(201);
    expect((await register(one, "twin-3@example.com", address)).status).to.equal(429);
  });

  it("counts failures of an account under every spelling of its address", async () => {
    await register(one, "spelt@example.com", newAddress());
    const statuses = [];
    for (const email of [
      "spelt@example.com",
      "Spelt@example.com",
      "SPELT@example.com",
      "spelT@Example.com",
    ]) {
      statuses.push((await logIn(one, email, "wrong", newAddress())).status);
    }
    expect(statuses).to.eql([401, 401, 401, 429]);
  });

  it("begins anew when the window has ended, and forgets windows that have", async () => {
    const address = newAddress();
    for (const email of ["w1@example.com", "w2@example.com"]) await register(one, email, address);
    await one.database.query(`UPDATE "Limits" SET "endsAt" = now() - interval '1 second'`);
    expect((await register(two, "w3@example.com", address)).status).to.equal(201);
    await one.context.limits.expire();
    expect(await one.database.query(`SELECT count(*)::int AS n FROM "Limits"`)).to.eql([{ n: 1 }]);
  });

  it("keeps no address of a person or a machine in the table", async () => {
    const rows = await one.database.query('SELECT key FROM "Limits"');
    expect(JSON.stringify(rows)).not.to.match(/@|\d+\.\d+\.\d+/);
  });
});

describe("subscriberOf", () => {
  for (const [address, subscriber] of [
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:DB8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::9", "2001:db8:0:0"],
    ["fe80::1%eth0", "fe80:0:0:0"],
    ["::1", "0:0:0:0"],
    [undefined, ""],
  ] as const) {
    it(`takes ${address} for ${subscriber || "nobody's"}`, () => {
      expect(subscriberOf(address)).to.equal(subscriber);
    });
  }
});
