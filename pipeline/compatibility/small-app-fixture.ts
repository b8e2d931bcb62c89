import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ActionContext } from "../kit/action.ts";
import { recordedContext } from "../kit/context-fixture.ts";
import { fullName, type Modules, sqlModule, writeBundle } from "../schema/bundle-fixture.ts";
import { bundledMigrations } from "../schema/migration/bundled.ts";
import { parseRequests } from "./requests.ts";
import { runTrial, type TrialResult } from "./trial.ts";
import { TrialDatabases } from "./trial-database.ts";

/** A change of the small app: texts of its server that are replaced, and migrations that are added. */
export interface Change {
  readonly server?: readonly (readonly [from: string, to: string])[];
  /** SQL of `up`, and of `down`. */
  readonly schema?: readonly [up: string, down: string];
}

/** The server of the live release: an Express app of every kind of answer. */
const server = `
import express from "express";
import pg from "pg";
const db = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 2 });
const app = express();
app.use(express.json());
const user = (row) => ({ id: row.id, name: row.name, email: row.email, role: row.role, createdAt: row.created_at });
app.post("/api/users", async (request, response) => {
  const { name, email } = request.body;
  if (typeof name !== "string" || name.length < 2) return response.status(422).json({ error: "a name is needed" });
  const { rows } = await db.query("INSERT INTO users (name, email) VALUES ($1, $2) RETURNING *", [name, email]);
  response.status(201).json({ ...user(rows[0]), token: "t-" + Math.random() });
});
app.get("/api/users/:id", async (request, response) => {
  const { rows } = await db.query("SELECT * FROM users WHERE id = $1", [request.params.id]);
  rows[0] ? response.json(user(rows[0])) : response.status(404).json({ error: "no such user" });
});
app.post("/api/posts", async (request, response) => {
  const { title, author } = request.body;
  const { rows } = await db.query("INSERT INTO posts (title, author_id) VALUES ($1, $2) RETURNING id, title, status", [title, author]);
  response.status(201).json(rows[0]);
});
app.get("/api/posts", async (request, response) => {
  const { rows } = await db.query("SELECT p.id, p.title, p.status, p.note, u.name AS author FROM posts p JOIN users u ON u.id = p.author_id ORDER BY p.id");
  response.json({ items: rows.map(({ note, ...row }) => ({ ...row, likes: 3 })), total: rows.length });
});
app.get("/api/search", async (request, response) => {
  const { rows } = await db.query("SELECT id, title FROM posts WHERE title ILIKE $1", ["%" + request.query.q + "%"]);
  response.json(rows);
});
app.get("/api/old", (request, response) => response.redirect("/api/posts"));
app.delete("/api/posts/:id", async (request, response) => {
  await db.query("DELETE FROM posts WHERE id = $1", [request.params.id]);
  response.status(204).end();
});
app.use((error, request, response, next) => response.status(500).json({ error: "something failed" }));
app.listen(process.env.PORT);
`;

const schema: Modules = {
  "create-all": sqlModule(
    `CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, email text, role text NOT NULL DEFAULT 'member', created_at timestamptz NOT NULL DEFAULT now());
     CREATE TYPE post_status AS ENUM ('draft', 'published');
     CREATE TABLE posts (id serial PRIMARY KEY, title text NOT NULL, status post_status NOT NULL DEFAULT 'published', note text, author_id int NOT NULL REFERENCES users);`,
    "DROP TABLE posts; DROP TABLE users; DROP TYPE post_status",
  ),
};

const requests = parseRequests(`
{"request": "POST /api/users", "body": {"name": "Ada Lovelace", "email": "ada@example.org"}, "keep": {"user": "/id"}}
{"request": "POST /api/users", "body": {"name": "A"}}
{"request": "GET /api/users/\${user}"}
{"request": "GET /api/users/99"}
{"request": "POST /api/posts", "body": {"title": "A first post", "author": "\${user}"}, "keep": {"post": "/id"}}
{"request": "POST /api/posts", "body": {"title": "A second post", "author": "\${user}"}}
{"request": "GET /api/posts"}
{"request": "GET /api/search?q=first"}
{"request": "GET /api/old"}
{"request": "DELETE /api/posts/\${post}"}
{"request": "GET /api/posts"}
`);

const repository = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** The small app, and one PostgreSQL server for its trials. */
export class SmallApp {
  readonly folder: string;
  readonly #context: ActionContext;
  readonly #databases: TrialDatabases & AsyncDisposable;
  #trials = 0;

  private constructor(folder: string, context: ActionContext, databases: TrialDatabases & AsyncDisposable) {
    this.folder = folder;
    this.#context = context;
    this.#databases = databases;
  }

  static async make(): Promise<SmallApp> {
    const folder = await mkdtemp(join(tmpdir(), "udagram-small-app-"));
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    const context = recordedContext(
      { temp: folder, workspace: repository },
      { env: { PATH: process.env.PATH } },
    );
    return new SmallApp(folder, context, await TrialDatabases.start(0, context));
  }

  /** Tries the live release against one with the change. */
  async try({ server: texts = [], schema: added }: Change): Promise<TrialResult> {
    const changed = texts.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the server has no ${from}`);
      return text.replace(from, to);
    }, server);
    const databases = this.#databases.named(`trial${++this.#trials}_`);
    const next: Modules = added === undefined ? schema : { ...schema, change: sqlModule(...added) };
    const sides = await Promise.all(
      [
        ["live", server, schema],
        ["next", changed, next],
      ].map((one) => this.#side(...(one as [string, string, Modules]))),
    );
    const [live, candidate] = sides;
    if (live === undefined || candidate === undefined) throw new Error("there are two sides");
    const pending = candidate.migrations.entries.filter(({ name }) => name === fullName(1, "change"));
    const environmentOf = (database: string) => databases.variables(database);
    return await runTrial(
      { live, next: candidate, pending, requests, data: "", environmentOf },
      databases,
      this.#context,
    );
  }

  async #side(name: string, text: string, modules: Modules) {
    const folder = await mkdtemp(join(this.folder, `${name}-`));
    await mkdir(join(folder, "api"));
    await writeFile(join(folder, "api", "server.mjs"), text);
    const manifest = await writeBundle(join(folder, "release"), modules);
    const migrations = bundledMigrations(manifest, {
      folder: join(folder, "release"),
      temp: folder,
      environment: {},
    });
    return { api: { folder: join(folder, "api"), start: "node server.mjs" }, migrations, own: [] };
  }

  async close(): Promise<void> {
    await this.#databases[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
