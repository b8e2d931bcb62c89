import { expect } from "chai";
import { type Change, SmallApp } from "./small-app-fixture.ts";

const posts =
  "response.json({ items: rows.map(({ note, ...row }) => ({ ...row, likes: 3 })), total: rows.length });";

/** Changes that an old client, or the old code, breaks on. */
const breaking: Readonly<Record<string, Change & { readonly says: RegExp }>> = {
  "a dropped column that the live code reads": {
    schema: ["ALTER TABLE posts DROP COLUMN note", "ALTER TABLE posts ADD note text"],
    says: /GET \/api\/posts now answers 500/,
  },
  "a renamed column": {
    schema: ["ALTER TABLE users RENAME name TO full_name", "ALTER TABLE users RENAME full_name TO name"],
    says: /POST \/api\/users now answers 500/,
  },
  "a renamed table": {
    schema: ["ALTER TABLE posts RENAME TO articles", "ALTER TABLE articles RENAME TO posts"],
    says: /GET \/api\/posts now answers 500/,
  },
  "a narrower type": {
    schema: [
      "ALTER TABLE posts ALTER title TYPE varchar(5) USING left(title, 5)",
      "ALTER TABLE posts ALTER title TYPE text",
    ],
    says: /POST \/api\/posts now answers 500/,
  },
  "another type": {
    schema: [
      "ALTER TABLE users ALTER role DROP DEFAULT, ALTER role TYPE boolean USING true, ALTER role SET DEFAULT true",
      "ALTER TABLE users ALTER role DROP DEFAULT, ALTER role TYPE text USING 'member', ALTER role SET DEFAULT 'member'",
    ],
    says: /now has boolean in "role", before string/,
  },
  "a new NOT NULL without default": {
    schema: [
      "ALTER TABLE posts ADD slug text; UPDATE posts SET slug = id; ALTER TABLE posts ALTER slug SET NOT NULL",
      "ALTER TABLE posts DROP slug",
    ],
    says: /POST \/api\/posts now answers 500/,
  },
  "a changed enum value": {
    schema: [
      "ALTER TYPE post_status RENAME VALUE 'published' TO 'public'",
      "ALTER TYPE post_status RENAME VALUE 'public' TO 'published'",
    ],
    says: /now has "public" in "status", before "published"/,
  },
  "a stricter check": {
    schema: [
      "ALTER TABLE posts ADD CONSTRAINT long_title CHECK (length(title) > 100) NOT VALID",
      "ALTER TABLE posts DROP CONSTRAINT long_title",
    ],
    says: /POST \/api\/posts now answers 500/,
  },
  "a unique constraint that the live code runs into": {
    schema: [
      "ALTER TABLE posts ADD CONSTRAINT one_each UNIQUE (author_id)",
      "ALTER TABLE posts DROP CONSTRAINT one_each",
    ],
    says: /POST \/api\/posts now answers 500/,
  },
  "a changed default": {
    schema: [
      "ALTER TABLE posts ALTER status SET DEFAULT 'draft'",
      "ALTER TABLE posts ALTER status SET DEFAULT 'published'",
    ],
    says: /now has "draft" in "status"/,
  },
  "a removed route": {
    server: [['app.get("/api/search"', 'app.get("/api/nothing"']],
    says: /GET \/api\/search\?q=first now answers 404, before 200/,
  },
  "a renamed route": {
    server: [['app.delete("/api/posts/:id"', 'app.delete("/api/articles/:id"']],
    says: /DELETE \S+ now answers 404, before 204/,
  },
  "a changed status": {
    server: [["response.status(201).json(rows[0])", "response.json(rows[0])"]],
    says: /POST \/api\/posts now answers 200, before 201/,
  },
  "a changed field type": {
    server: [["likes: 3", 'likes: "3"']],
    says: /now has string in "items\[\].likes", before number/,
  },
  "a removed field": { server: [["total: rows.length", ""]], says: /now lacks "total"/ },
  "a renamed field": {
    server: [["createdAt: row.created_at", "created: row.created_at"]],
    says: /now lacks "createdAt"/,
  },
  "a field that may be null": {
    server: [["email: row.email", "email: null"]],
    says: /now has null in "email", before string/,
  },
  "a list without its envelope": {
    server: [[posts, "response.json(rows);"]],
    says: /now has list in the answer, before object/,
  },
  "a new required field": {
    server: [
      [
        "const { title, author } = request.body;",
        'const { title, author, language } = request.body; if (!language) return response.status(422).json({ error: "a language is needed" });',
      ],
    ],
    says: /POST \/api\/posts now answers 422, before 201/,
  },
  "stricter validation": {
    server: [["name.length < 2", "name.length < 20"]],
    says: /POST \/api\/users now answers 422, before 201/,
  },
  "another address to go to": {
    server: [['redirect("/api/posts")', 'redirect("/api/articles")']],
    says: /now leads to "\/api\/articles"/,
  },
  "a login where there was none": {
    server: [
      [
        "app.use(express.json());",
        'app.use(express.json()); app.use((request, response, next) => request.headers.authorization ? next() : response.status(401).json({ error: "log in" }));',
      ],
    ],
    says: /now answers 401, before 2/,
  },
  "a page in place of JSON": {
    server: [["response.json(rows);", 'response.type("html").send("<ul></ul>");']],
    says: /now answers with "text\/html"/,
  },
  "a server that does not start": {
    server: [
      [
        "const app = express();",
        'const app = express(); if (!process.env.NEW_SETTING) throw new Error("NEW_SETTING is missing");',
      ],
    ],
    says: /the new API does not start.*NEW_SETTING is missing/,
  },
  "a way back that fails": {
    schema: ["ALTER TABLE posts ADD extra text", "ALTER TABLE posts DROP missing"],
    says: /the way back fails/,
  },
  "a way back that takes too much": {
    schema: ["ALTER TABLE posts ADD extra text", "ALTER TABLE posts DROP extra, DROP note"],
    says: /GET \/api\/posts now answers 500/,
  },
};

/** Changes that nobody has to wait for. */
const harmless: Readonly<Record<string, Change>> = {
  "nothing at all": {},
  "a new nullable column": {
    schema: ["ALTER TABLE posts ADD subtitle text", "ALTER TABLE posts DROP subtitle"],
  },
  "a new column with a default": {
    schema: ["ALTER TABLE users ADD language text NOT NULL DEFAULT 'en'", "ALTER TABLE users DROP language"],
  },
  "a new table": { schema: ["CREATE TABLE tags (id serial PRIMARY KEY)", "DROP TABLE tags"] },
  "a new index": { schema: ["CREATE INDEX posts_title ON posts (title)", "DROP INDEX posts_title"] },
  "a wider type": {
    schema: ["ALTER TABLE posts ALTER title TYPE varchar(500)", "ALTER TABLE posts ALTER title TYPE text"],
  },
  "an added enum value": { schema: ["ALTER TYPE post_status ADD VALUE 'archived'", "SELECT 1"] },
  "a dropped column that nobody reads any more": {
    server: [[", p.note,", ","]],
    schema: ["ALTER TABLE users ADD later text", "ALTER TABLE users DROP later"],
  },
  "a column that may be null now": {
    schema: ["ALTER TABLE users ALTER name DROP NOT NULL", "ALTER TABLE users ALTER name SET NOT NULL"],
  },
  "a renamed index": {
    schema: ["ALTER INDEX users_pkey RENAME TO users_key", "ALTER INDEX users_key RENAME TO users_pkey"],
  },
  "a view": { schema: ["CREATE VIEW titles AS SELECT title FROM posts", "DROP VIEW titles"] },
  "a comment and statistics": {
    schema: [
      "COMMENT ON TABLE posts IS 'what people write'; ANALYZE posts",
      "COMMENT ON TABLE posts IS NULL",
    ],
  },
  "a new optional field of a request": {
    server: [
      ["const { title, author } = request.body;", 'const { title, author, subtitle = "" } = request.body;'],
    ],
  },
  "a new field of an answer": { server: [["total: rows.length", "total: rows.length, next: null"]] },
  "a new route": {
    server: [
      [
        'app.get("/api/old"',
        'app.get("/api/new", (request, response) => response.json({}));\napp.get("/api/old"',
      ],
    ],
  },
  "a refusal in other words": { server: [["a name is needed", "please give a name"]] },
  "another refusal of the same kind": {
    server: [
      [
        'response.status(422).json({ error: "a name is needed" })',
        'response.status(400).json({ error: "a name is needed" })',
      ],
    ],
  },
  "looser validation": { server: [["name.length < 2", "name.length < 1"]] },
  "a refactored query": {
    server: [
      [
        "SELECT id, title FROM posts WHERE title ILIKE $1",
        "SELECT title, id FROM posts WHERE lower(title) LIKE lower($1)",
      ],
    ],
  },
  "fields in another order": { server: [["{ id: row.id, name: row.name,", "{ name: row.name, id: row.id,"]] },
  "a faster pool": { server: [["max: 2", "max: 4"]] },
  "another token": { server: [['"t-" + Math.random()', '"u-" + Math.random()']] },
};

describe("a trial of the live release against a new one", function () {
  this.timeout(120_000);
  let app: SmallApp;
  before(async () => {
    app = await SmallApp.make();
  });
  after(() => app.close());

  const lines = async (change: Change): Promise<readonly string[]> => {
    const { breaks, useless } = await app.try(change);
    expect(useless).to.deep.equal([]);
    return breaks.map(({ request, what }) => `${request} ${what}`);
  };

  for (const [what, { says, ...change }] of Object.entries(breaking)) {
    it(`finds ${what}`, async () => expect((await lines(change)).join("\n")).to.match(says));
  }

  for (const [what, change] of Object.entries(harmless)) {
    it(`says nothing of ${what}`, async () => expect(await lines(change)).to.deep.equal([]));
  }
});
