import { expect } from "chai";
import {
  connectForMigrations,
  createTestDatabase,
  library,
  loadMigrations,
  type TestDatabase,
} from "../testing/database.ts";
import { requiredMigrations } from "./required-migrations.ts";

describe("migrations", () => {
  let database: TestDatabase;

  const describeSchema = () =>
    database.query(`
      SELECT 'column' AS kind, table_name || '.' || column_name AS name,
        concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default) AS definition
      FROM information_schema.columns WHERE table_schema = 'public'
      UNION ALL SELECT 'index', tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
      UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE connamespace = 'public'::regnamespace
      ORDER BY kind, name`);

  before(async () => {
    database = await createTestDatabase();
  });
  after(() => database.drop());

  it("each goes up, down to what was before, and up again to the same", async () => {
    const sequelize = connectForMigrations(database);
    const queryInterface = sequelize.getQueryInterface();
    try {
      for (const migration of await loadMigrations()) {
        const before = await describeSchema();
        await migration.up(queryInterface, library);
        const after = await describeSchema();
        expect(after, `${migration.name} changes the schema`).not.to.eql(before);
        if (migration.down === false) continue;
        await migration.down(queryInterface, library);
        expect(await describeSchema(), `${migration.name} down`).to.eql(before);
        await migration.up(queryInterface, library);
        expect(await describeSchema(), `${migration.name} up again`).to.eql(after);
      }
    } finally {
      await sequelize.close();
    }
  });

  it("makes the tables of the contract", async () => {
    const columns =
      await database.query(`SELECT table_name, column_name, data_type, character_maximum_length AS length
      FROM information_schema.columns WHERE table_name IN ('Users', 'FeedItems') ORDER BY table_name, ordinal_position`);
    expect(columns.map((column) => Object.values(column).filter(Boolean).join(" "))).to.eql([
      "FeedItems id integer",
      "FeedItems caption character varying 255",
      "FeedItems url character varying 255",
      "FeedItems createdAt timestamp with time zone",
      "FeedItems updatedAt timestamp with time zone",
      "FeedItems owner character varying 255",
      "FeedItems preview character varying 255",
      "Users email character varying 255",
      "Users passwordHash character varying 255",
      "Users createdAt timestamp with time zone",
      "Users updatedAt timestamp with time zone",
      "Users name character varying 255",
    ]);
  });

  it("have names that sort by time, a phase, and an up and a down", async () => {
    for (const { name, phase, up, down } of await loadMigrations()) {
      expect(name).to.match(/^\d{8}T\d{6}Z-[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(["expand", "contract"], name).to.include(phase);
      expect(up, name).to.be.a("function");
      expect(down === false || typeof down === "function", name).to.equal(true);
    }
  });

  it("are known to the API as far as it relies on them", async () => {
    const expanding = (await loadMigrations()).filter(({ phase }) => phase === "expand");
    expect(requiredMigrations).to.eql(expanding.map(({ name }) => name));
  });
});
