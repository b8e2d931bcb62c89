// What the API is measured against: Express 5 and pg with nothing around them, one prepared statement a request, the same
// bytes. No log, no security headers, no limits, no token, no look at the photo.
import { scrypt } from "node:crypto";
import type { AddressInfo } from "node:net";
import express from "express";
import pg from "pg";

interface Post {
  readonly id: number;
  readonly caption: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const { env } = process;
const pool = new pg.Pool({
  host: env.POSTGRES_HOST,
  port: Number(env.POSTGRES_PORT),
  database: env.POSTGRES_DB,
  user: env.POSTGRES_USERNAME,
  password: env.POSTGRES_PASSWORD,
  max: Number(env.POSTGRES_POOL_SIZE),
  ssl: { ca: env.POSTGRES_CA, host: env.POSTGRES_HOST },
});

const page = {
  name: "page",
  text: `SELECT "id", "caption", "createdAt", "updatedAt", (SELECT count(*) FROM "FeedItems")::int AS "count"
    FROM "FeedItems" WHERE "id" < $2 ORDER BY "id" DESC LIMIT $1`,
};
const user = { name: "user", text: 'SELECT "passwordHash" FROM "Users" WHERE "email" = $1' };
const insert = {
  name: "insert",
  text: `INSERT INTO "FeedItems" ("caption", "url", "owner", "createdAt", "updatedAt")
    VALUES ($1, $2, 'bench@example.com', now(), now()) RETURNING "id", "caption", "createdAt", "updatedAt"`,
};

const shown = ({ id, caption, createdAt, updatedAt }: Post) => ({
  id,
  caption,
  url: `${env.API_URL}/api/v0/feed/${id}/photo`,
  createdAt,
  updatedAt,
});

const app = express();
app.get("/api/v0/feed", async (request, response) => {
  const { limit, cursor = 2 ** 31 - 1 } = request.query;
  const { rows } = await pool.query<Post & { count: number }>({ ...page, values: [limit ?? 100, cursor] });
  const answer = { count: rows[0]?.count, rows: rows.map(shown) };
  response.json(limit === undefined ? answer : { ...answer, next: String(rows.at(-1)?.id) });
});
app.post("/api/v0/feed", express.json(), async (request, response) => {
  const { caption, url } = request.body;
  const { rows } = await pool.query<Post>({ ...insert, values: [caption, url] });
  response.status(201).json(rows.map(shown)[0]);
});
// Without the hash it would be no login; the token is one that the API issued.
app.post("/api/v0/users/auth/login", express.json(), async (request, response) => {
  const { email, password } = request.body;
  const { rows } = await pool.query<{ passwordHash: string }>({ ...user, values: [email] });
  const [, ln, r, p, salt = "", hash] =
    /ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$(.+)$/.exec(rows[0]?.passwordHash ?? "") ?? [];
  const cost = { N: 2 ** Number(ln), r: Number(r), p: Number(p), maxmem: 64 * 1024 * 1024 };
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(password, Buffer.from(salt, "base64"), 32, cost, (error, derived) =>
      error ? reject(error) : resolve(derived),
    );
  });
  const right = key.equals(Buffer.from(hash ?? "", "base64"));
  response.status(right ? 200 : 401).json({ auth: right, token: env.BENCH_TOKEN, user: { email } });
});

const server = app.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port }));
});
