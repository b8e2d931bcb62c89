import { expect } from "chai";
import type { CustomerLaptop } from "../customers/customer-laptop.ts";
import { tellStory } from "../customers/story.ts";

const title = "web/index.html";

const addColumn = `module.exports = {
  up: (queryInterface, Sequelize) => queryInterface.addColumn('Tags', 'color', { type: Sequelize.STRING }),
  down: (queryInterface) => queryInterface.removeColumn('Tags', 'color'),
};
`;
const fails = `module.exports = {
  up: async (queryInterface, Sequelize) => {
    await queryInterface.addColumn('Tags', 'size', { type: Sequelize.INTEGER });
    await queryInterface.sequelize.query('SELECT 1 / count(*) FROM "Tags"');
  },
  down: (queryInterface) => queryInterface.removeColumn('Tags', 'size'),
};
`;

/** Its page, what its API says of itself, and its schema. */
async function look(laptop: CustomerLaptop): Promise<unknown> {
  const { app, site, api } = laptop.state;
  const read = (url: string): Promise<Response> => fetch(url, { cache: "no-store" });
  const [page, self, tags, columns] = await Promise.all([
    read(`${app}/`).then((answer) => answer.text()),
    read(`${app}/users/self`).then((answer) => answer.json()),
    read(`${app}/users/tags`).then((answer) => answer.json()),
    laptop.query(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'Tags' ORDER BY ordinal_position",
    ),
  ]);
  expect(await (await read(`${site}/`)).text()).to.equal(page);
  expect(await (await read(api)).text()).to.contain("Welcome to Express");
  return {
    title: /<title>(.*)<\/title>/.exec(page)?.[1],
    self,
    tags,
    columns: columns.map((row) => (row as { name: string }).name),
  };
}

const columns = ["id", "name", "createdAt", "updatedAt"];
const first = { title: "web", self: { bcrypt: true, models: ["Tag"] }, tags: [], columns };

tellStory("an app of express-generator, sequelize-cli and Vite", {
  folder: "express-sequelize",
  inputs: {
    "api-directory": "api",
    "api-path": "/users",
    "site-command": "npm run build --workspace web",
    "site-directory": "web/dist",
    "migrations-directory": "api/migrations",
    suites: "[]",
    routes: "/users/tags 200 application/json",
  },
  properties: `NODE_ENV=production
DATABASE_URL=\${database.url}?sslmode=verify-full
NODE_EXTRA_CA_CERTS=\${database.ca-file}
`,
  look,
  shows: first,
  pushes: [
    {
      that: "changes its site alone does no work for its API",
      files: (its) => ({ [title]: its.read(title).replace("<title>web<", "<title>Tags<") }),
      shows: { ...first, title: "Tags" },
      check: ({ log }) => {
        expect(log).to.match(/api [0-9a-f]{12}: taken from run \d+, which built the same files/);
        expect(log).not.to.match(/added \d+ packages/);
      },
    },
    {
      that: "breaks a migration leaves everything as it is",
      files: () => ({ "api/migrations/20220201000000-measure-tags.js": fails }),
      says: /division by zero[\s\S]*20220201000000-measure-tags\.js|20220201000000-measure-tags\.js[\s\S]*division by zero/,
    },
    {
      that: "breaks its API is put back",
      files: (its) => ({
        "api/app.js": `${its.read("api/app.js")}\nthrow new Error('the kettle is missing');\n`,
      }),
      says: /the kettle is missing/,
    },
    {
      that: "changes all three of them",
      files: (its) => ({
        [title]: its.read(title).replace("<title>Tags<", "<title>Colors<"),
        "api/migrations/20220301000000-color-tags.js": addColumn,
        "api/routes/users.js": its
          .read("api/routes/users.js")
          .replace("bcrypt: same", "color: 'teal', bcrypt: same"),
      }),
      shows: {
        ...first,
        title: "Colors",
        self: { color: "teal", ...first.self },
        columns: [...columns, "color"],
      },
    },
  ],
  shownBack: { ...first, title: "Tags", columns: [...columns, "color"] },
});
