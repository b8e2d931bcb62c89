import { expect } from "chai";
import type { CustomerLaptop } from "./customer-laptop.ts";
import { tellStory } from "./story.ts";

const migration = (up: string, down: string): string => `'use strict';
/** @type {import('sequelize-cli').Migration} */
module.exports = {
  async up(queryInterface, Sequelize) {
    ${up}
  },
  async down(queryInterface, Sequelize) {
    ${down}
  }
};
`;
const addsColumn = (name: string): string =>
  migration(
    `await queryInterface.addColumn('Users', '${name}', { type: Sequelize.STRING });`,
    `await queryInterface.removeColumn('Users', '${name}');`,
  );

/** What is on record, and what there is. */
async function look(laptop: CustomerLaptop): Promise<unknown> {
  const names = async (sql: string): Promise<unknown[]> =>
    (await laptop.query(sql)).map((row) => (row as { name: string }).name);
  return {
    migrations: await names('SELECT name FROM "SequelizeMeta" ORDER BY name'),
    columns: await names(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'Users' ORDER BY ordinal_position",
    ),
  };
}

const created = "20230105101530-create-user.js";
const columns = ["id", "firstName", "lastName", "email", "createdAt", "updatedAt"];

tellStory("migrations alone", {
  folder: "migrations-alone",
  inputs: { "migrations-directory": "migrations", suites: "[]" },
  look,
  shows: { migrations: [created], columns },
  pushes: [
    {
      that: "adds a migration",
      files: () => ({ "migrations/20230210000000-add-city.js": addsColumn("city") }),
      shows: {
        migrations: [created, "20230210000000-add-city.js"],
        columns: [...columns, "city"],
      },
      // Its page of GitHub shows no address of an API.
      check: async ({ state: { api, github } }) => {
        const page = await (await fetch(`${new URL(github.api).origin}/${github.repository}`)).text();
        expect(page).to.contain("Live now").and.not.to.contain(api);
      },
    },
    {
      that: "adds one that fails leaves everything as it is",
      files: () => ({
        "migrations/20230301000000-break.js": migration(
          "await queryInterface.addColumn('Users', 'half', { type: Sequelize.STRING });\n    await queryInterface.sequelize.query('SELECT 1 / count(*) FROM \"Users\"');",
          "await queryInterface.removeColumn('Users', 'half');",
        ),
      }),
      says: /division by zero/,
    },
    {
      that: "adds another",
      files: () => ({ "migrations/20230401000000-add-street.js": addsColumn("street") }),
      shows: {
        migrations: [created, "20230210000000-add-city.js", "20230401000000-add-street.js"],
        columns: [...columns, "city", "street"],
      },
    },
  ],
  // The schema stays unless somebody asks for `down`.
  shownBack: {
    migrations: [created, "20230210000000-add-city.js", "20230401000000-add-street.js"],
    columns: [...columns, "city", "street"],
  },
});
