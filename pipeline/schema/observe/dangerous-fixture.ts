import type { LockMode } from "../judge/facts.ts";

/** A step of a migration: its body, which may use `q`, `sql`, `S`; T is a table of its own. */
export interface Step {
  readonly up: string;
  readonly down?: string;
  readonly transaction?: false;
}

/** A dangerous migration, and harmless ones that come to the same. */
export interface Danger {
  readonly what: string;
  /** SQL that makes what it is about. */
  readonly given: string;
  readonly bad: Step;
  readonly rule: string;
  /** An error, unless it says otherwise. */
  readonly severity?: "warn" | "info";
  /** The lock under which it happens, as observed. */
  readonly lock?: LockMode;
  readonly good: readonly Step[];
  /** The first major that knows the harmless form. */
  readonly since?: number;
}

const table =
  "CREATE TABLE T (id int PRIMARY KEY, name varchar(50) NOT NULL DEFAULT 'x', age int, other int, at timestamptz); CREATE TABLE T_o (id int PRIMARY KEY)";
const sql = (text: string): Step => ({ up: `await sql(${JSON.stringify(text)});` });
const outside = (text: string): Step => ({ ...sql(text), transaction: false });
/** What the release before does not notice. */
const addsColumn = sql("ALTER TABLE T ADD COLUMN extra int");

export const dangers: readonly Danger[] = [
  {
    what: "drops a column",
    given: table,
    bad: { up: 'await q.removeColumn("T", "age");' },
    rule: "drop-column",
    lock: "AccessExclusive",
    good: [
      {
        up: 'await q.createTable("T_n", { id: { type: S.INTEGER, primaryKey: true } }); await q.addColumn("T_n", "a", { type: S.INTEGER }); await q.removeColumn("T_n", "a");',
      },
    ],
  },
  {
    what: "renames a column",
    given: table,
    bad: { up: 'await q.renameColumn("T", "age", "years");' },
    rule: "rename-column",
    lock: "AccessExclusive",
    good: [{ up: 'await q.addColumn("T", "years", { type: S.INTEGER });' }],
  },
  {
    what: "drops a table",
    given: table,
    bad: { up: 'await q.dropTable("T");' },
    rule: "drop-table",
    lock: "AccessExclusive",
    good: [{ up: 'await q.createTable("T_n", { id: { type: S.INTEGER } }); await q.dropTable("T_n");' }],
  },
  {
    what: "renames a table",
    given: table,
    bad: { up: 'await q.renameTable("T", "T_r");' },
    rule: "rename-table",
    lock: "AccessExclusive",
    good: [sql("CREATE VIEW T_r AS SELECT * FROM T")],
  },
  {
    what: "changes a type",
    given: table,
    bad: { up: 'await q.changeColumn("T", "age", { type: S.BIGINT });' },
    rule: "change-type",
    lock: "AccessExclusive",
    good: [
      sql("ALTER TABLE T ALTER COLUMN name TYPE varchar(80)"),
      sql("ALTER TABLE T ALTER COLUMN name TYPE text"),
    ],
  },
  {
    what: "sets NOT NULL",
    given: table,
    bad: { up: 'await q.changeColumn("T", "age", { type: S.INTEGER, allowNull: false });' },
    rule: "set-not-null",
    lock: "AccessExclusive",
    good: [
      sql("ALTER TABLE T ADD CONSTRAINT T_age CHECK (age IS NOT NULL) NOT VALID"),
      sql("ALTER TABLE T VALIDATE CONSTRAINT T_age"),
      sql("ALTER TABLE T ALTER COLUMN age SET NOT NULL"),
      sql("ALTER TABLE T DROP CONSTRAINT T_age"),
    ],
  },
  {
    what: "adds a column NOT NULL without a default",
    given: table,
    bad: { up: 'await q.addColumn("T", "must", { type: S.INTEGER, allowNull: false });' },
    rule: "add-required-column",
    lock: "AccessExclusive",
    good: [{ up: 'await q.addColumn("T", "must", { type: S.INTEGER, allowNull: false, defaultValue: 0 });' }],
  },
  {
    what: "adds a foreign key",
    given: table,
    bad: {
      up: 'await q.addConstraint("T", { type: "foreign key", fields: ["other"], name: "T_fk", references: { table: "T_o", field: "id" } });',
    },
    rule: "add-foreign-key",
    lock: "ShareRowExclusive",
    good: [
      sql("ALTER TABLE T ADD CONSTRAINT T_fk FOREIGN KEY (other) REFERENCES T_o (id) NOT VALID"),
      sql("ALTER TABLE T VALIDATE CONSTRAINT T_fk"),
    ],
  },
  {
    what: "adds a unique constraint",
    given: table,
    bad: { up: 'await q.addConstraint("T", { type: "unique", fields: ["age"], name: "T_age" });' },
    rule: "add-unique",
    lock: "AccessExclusive",
    good: [
      outside("CREATE UNIQUE INDEX CONCURRENTLY T_age ON T (age)"),
      sql("ALTER TABLE T ADD CONSTRAINT T_age UNIQUE USING INDEX T_age"),
    ],
  },
  {
    what: "adds a primary key",
    given: "CREATE TABLE T (id int NOT NULL)",
    bad: sql("ALTER TABLE T ADD PRIMARY KEY (id)"),
    rule: "add-unique",
    lock: "AccessExclusive",
    good: [
      outside("CREATE UNIQUE INDEX CONCURRENTLY T_pkey ON T (id)"),
      sql("ALTER TABLE T ADD CONSTRAINT T_pkey PRIMARY KEY USING INDEX T_pkey"),
    ],
  },
  {
    what: "adds a check",
    given: table,
    bad: sql("ALTER TABLE T ADD CONSTRAINT T_age CHECK (age > 0)"),
    rule: "add-check",
    lock: "AccessExclusive",
    good: [
      sql("ALTER TABLE T ADD CONSTRAINT T_age CHECK (age > 0) NOT VALID"),
      sql("ALTER TABLE T VALIDATE CONSTRAINT T_age"),
    ],
  },
  {
    what: "adds an exclusion",
    given: table,
    bad: sql("ALTER TABLE T ADD CONSTRAINT T_x EXCLUDE (age WITH =)"),
    rule: "add-exclusion",
    lock: "AccessExclusive",
    good: [sql("CREATE TABLE T_n (age int, EXCLUDE (age WITH =))")],
  },
  {
    what: "adds a column with a volatile default",
    given: table,
    bad: {
      up: 'await q.addColumn("T", "key", { type: S.UUID, defaultValue: S.literal("gen_random_uuid()") });',
    },
    rule: "volatile-default",
    lock: "AccessExclusive",
    good: [
      {
        up: 'await q.addColumn("T", "key", { type: S.UUID }); await sql("ALTER TABLE T ALTER COLUMN key SET DEFAULT gen_random_uuid()");',
      },
      {
        up: 'await q.addColumn("T", "made", { type: S.DATE, allowNull: false, defaultValue: S.literal("now()") });',
      },
    ],
  },
  {
    what: "adds a serial column",
    given: table,
    bad: { up: 'await q.addColumn("T", "number", { type: S.INTEGER, autoIncrement: true });' },
    rule: "volatile-default",
    lock: "AccessExclusive",
    good: [addsColumn],
  },
  {
    what: "adds a generated column that is stored",
    given: table,
    bad: sql("ALTER TABLE T ADD COLUMN twice int GENERATED ALWAYS AS (age * 2) STORED"),
    rule: "volatile-default",
    lock: "AccessExclusive",
    good: [sql("CREATE VIEW T_v AS SELECT *, age * 2 AS twice FROM T")],
  },
  {
    what: "writes the table anew",
    given: table,
    bad: sql("ALTER TABLE T SET UNLOGGED"),
    rule: "rewrite",
    lock: "AccessExclusive",
    good: [sql("ALTER TABLE T SET (fillfactor = 90)"), sql("COMMENT ON TABLE T IS 'x'")],
  },
  {
    what: "clusters",
    given: table,
    bad: sql("CLUSTER T USING T_pkey"),
    rule: "rewrite",
    lock: "AccessExclusive",
    good: [outside("VACUUM T")],
  },
  {
    what: "vacuums fully",
    given: table,
    bad: outside("VACUUM FULL T"),
    rule: "rewrite",
    lock: "AccessExclusive",
    good: [outside("VACUUM (ANALYZE) T")],
  },
  {
    what: "builds an index",
    given: table,
    bad: { up: 'await q.addIndex("T", ["age"]);' },
    rule: "create-index",
    lock: "Share",
    good: [{ up: 'await q.addIndex("T", { fields: ["age"], concurrently: true });', transaction: false }],
  },
  {
    what: "builds a unique index",
    given: table,
    bad: { up: 'await q.addIndex("T", ["age"], { unique: true });' },
    rule: "create-index",
    lock: "Share",
    good: [
      {
        up: 'await q.createTable("T_n", { id: { type: S.INTEGER, primaryKey: true }, age: S.INTEGER }); await q.addIndex("T_n", ["age"], { unique: true });',
      },
    ],
  },
  {
    what: "builds an index anew",
    given: table,
    bad: sql("REINDEX TABLE T"),
    rule: "rebuild-index",
    lock: "Share",
    good: [outside("REINDEX TABLE CONCURRENTLY T")],
  },
  {
    what: "updates all rows",
    given: table,
    bad: { up: 'await q.bulkUpdate("T", { age: 1 }, {});' },
    rule: "all-rows",
    lock: "RowExclusive",
    good: [
      {
        up: 'for (;;) { const [, { rowCount }] = await sql("UPDATE T SET age = 1 WHERE id IN (SELECT id FROM T WHERE age IS NULL LIMIT 1000)"); if (!rowCount) break; }',
        transaction: false,
      },
    ],
  },
  {
    what: "deletes all rows",
    given: table,
    bad: { up: 'await q.bulkDelete("T", {});' },
    rule: "all-rows",
    lock: "RowExclusive",
    good: [{ up: 'await q.bulkDelete("T", { id: 1 });' }],
  },
  {
    what: "changes rows under a lock",
    given: table,
    bad: {
      up: 'await q.addColumn("T", "years", { type: S.INTEGER }); await sql("UPDATE T SET years = age WHERE years IS NULL");',
    },
    rule: "rows-with-locks",
    lock: "AccessExclusive",
    good: [addsColumn, sql("INSERT INTO T_o (id) VALUES (1)")],
  },
  {
    what: "empties a table",
    given: table,
    bad: sql("TRUNCATE T"),
    rule: "truncate",
    lock: "AccessExclusive",
    good: [sql("DELETE FROM T WHERE id = 3")],
  },
  {
    what: "uses a value that it adds",
    given: "CREATE TYPE T_mood AS ENUM ('a'); CREATE TABLE T (id int, mood T_mood)",
    bad: { up: `await sql("ALTER TYPE T_mood ADD VALUE 'b'"); await sql("INSERT INTO T VALUES (1, 'b')");` },
    rule: "new-value-used",
    good: [sql("ALTER TYPE T_mood ADD VALUE 'b'"), sql("INSERT INTO T VALUES (1, 'b')")],
  },
  {
    what: "renames a value",
    given: "CREATE TYPE T_mood AS ENUM ('a')",
    bad: sql("ALTER TYPE T_mood RENAME VALUE 'a' TO 'z'"),
    rule: "rename-value",
    good: [sql("ALTER TYPE T_mood ADD VALUE 'z'")],
  },
  {
    what: "changes a column and does not restate its default",
    given: table,
    bad: { up: 'await q.changeColumn("T", "name", { type: S.STRING(80), allowNull: false });' },
    rule: "change-column",
    lock: "AccessExclusive",
    good: [
      {
        up: 'await q.changeColumn("T", "name", { type: S.STRING(80), allowNull: false, defaultValue: "x" });',
      },
    ],
  },
  {
    what: "validates in the transaction that adds",
    given: table,
    bad: sql(
      "ALTER TABLE T ADD CONSTRAINT T_age CHECK (age > 0) NOT VALID; ALTER TABLE T VALIDATE CONSTRAINT T_age",
    ),
    rule: "scan-under-lock",
    lock: "AccessExclusive",
    good: [
      outside("ALTER TABLE T ADD CONSTRAINT T_age CHECK (age > 0) NOT VALID"),
      outside("ALTER TABLE T VALIDATE CONSTRAINT T_age"),
    ],
  },
  {
    what: "builds an index concurrently in a transaction",
    given: table,
    bad: { up: 'await q.addIndex("T", { fields: ["age"], concurrently: true });' },
    rule: "needs-no-transaction",
    good: [{ up: 'await q.addIndex("T", { fields: ["age"], concurrently: true });', transaction: false }],
  },
  {
    what: "ends its transaction",
    given: table,
    bad: sql("COMMIT"),
    rule: "ends-transaction",
    good: [
      {
        up: 'await q.sequelize.transaction((transaction) => q.sequelize.query("ALTER TABLE T ADD COLUMN more int", { transaction }));',
      },
    ],
  },
];

/** What is worth a look, and what does it better. */
export const cautions: readonly Danger[] = [
  {
    what: "drops an index",
    given: `${table}; CREATE INDEX T_age ON T (age)`,
    bad: { up: 'await q.removeIndex("T", "T_age");' },
    rule: "drop-index",
    severity: "warn",
    lock: "AccessExclusive",
    good: [outside("DROP INDEX CONCURRENTLY T_age")],
  },
  {
    what: "drops a default",
    given: table,
    bad: sql("ALTER TABLE T ALTER COLUMN name DROP DEFAULT"),
    rule: "loosen-column",
    severity: "warn",
    lock: "AccessExclusive",
    good: [sql("ALTER TABLE T ALTER COLUMN age SET DEFAULT 3")],
  },
  {
    what: "drops a unique index",
    given: `${table}; CREATE UNIQUE INDEX T_age ON T (age); CREATE INDEX T_other ON T (other)`,
    bad: outside("DROP INDEX CONCURRENTLY T_age"),
    rule: "drop-unique",
    severity: "warn",
    lock: "ShareUpdateExclusive",
    good: [outside("DROP INDEX CONCURRENTLY T_other")],
  },
  {
    what: "drops a type",
    given: "CREATE TYPE T_mood AS ENUM ('a')",
    bad: sql("DROP TYPE T_mood"),
    rule: "drop-object",
    good: [sql("CREATE TYPE T_more AS ENUM ('a')")],
  },
  {
    what: "locks several tables",
    given: table,
    bad: {
      up: 'await q.addColumn("T", "a", { type: S.INTEGER }); await q.addColumn("T_o", "a", { type: S.INTEGER });',
    },
    rule: "several-tables",
    severity: "warn",
    lock: "AccessExclusive",
    good: [
      {
        up: 'await q.addColumn("T", "a", { type: S.INTEGER }); await q.addColumn("T", "b", { type: S.INTEGER });',
      },
    ],
  },
  {
    what: "locks a table",
    given: table,
    bad: sql("LOCK TABLE T IN SHARE MODE"),
    rule: "lock-table",
    severity: "warn",
    lock: "Share",
    good: [sql("LOCK TABLE T IN ROW SHARE MODE")],
  },
  {
    what: "refers to a table from a new one",
    given: table,
    bad: {
      up: 'await q.createTable("T_n", { id: { type: S.INTEGER, primaryKey: true }, t: { type: S.INTEGER, references: { model: "T", key: "id" } } });',
    },
    rule: "reference-of-new-table",
    severity: "info",
    lock: "ShareRowExclusive",
    good: [{ up: 'await q.createTable("T_n", { id: { type: S.INTEGER, primaryKey: true } });' }],
  },
  {
    what: "adds a column with a foreign key",
    given: table,
    bad: {
      up: 'await q.addColumn("T", "o", { type: S.INTEGER, references: { model: "T_o", key: "id" } });',
    },
    rule: "add-foreign-key",
    severity: "warn",
    lock: "AccessExclusive",
    good: [
      addsColumn,
      sql("ALTER TABLE T ADD CONSTRAINT T_fk FOREIGN KEY (extra) REFERENCES T_o (id) NOT VALID"),
    ],
  },
  {
    what: "fills a view anew",
    given:
      "CREATE TABLE T (id int); CREATE MATERIALIZED VIEW T_v AS SELECT id FROM T; CREATE UNIQUE INDEX T_i ON T_v (id)",
    bad: sql("REFRESH MATERIALIZED VIEW T_v"),
    rule: "refresh-view",
    severity: "warn",
    lock: "AccessExclusive",
    good: [sql("REFRESH MATERIALIZED VIEW CONCURRENTLY T_v")],
  },
  {
    what: "detaches a partition",
    given:
      "CREATE TABLE T (id int) PARTITION BY LIST (id); CREATE TABLE T_p PARTITION OF T FOR VALUES IN (1)",
    bad: sql("ALTER TABLE T DETACH PARTITION T_p"),
    rule: "detach-partition",
    severity: "warn",
    lock: "AccessExclusive",
    good: [outside("ALTER TABLE T DETACH PARTITION T_p CONCURRENTLY")],
    since: 14,
  },
  {
    what: "sets a limit",
    given: table,
    bad: sql("SET lock_timeout = 0"),
    rule: "sets-limits",
    severity: "warn",
    good: [sql("SET LOCAL search_path = public")],
  },
  {
    what: "cannot run twice without a transaction",
    given: table,
    bad: {
      up: 'await q.addColumn("T", "a", { type: S.INTEGER }); await q.addColumn("T", "b", { type: S.INTEGER });',
      transaction: false,
    },
    rule: "not-repeatable",
    severity: "warn",
    good: [
      {
        up: 'await sql("ALTER TABLE T ADD COLUMN IF NOT EXISTS a int"); await sql("ALTER TABLE T ADD COLUMN IF NOT EXISTS b int");',
        transaction: false,
      },
    ],
  },
  {
    what: "has a down that does nothing",
    given: table,
    bad: addsColumn,
    rule: "no-way-back",
    severity: "warn",
    good: [{ ...addsColumn, down: 'await q.removeColumn("T", "extra");' }],
  },
  {
    what: "has a down that does not bring everything back",
    given: table,
    bad: {
      up: 'await q.removeColumn("T", "name");',
      down: 'await q.addColumn("T", "name", { type: S.STRING(50) });',
    },
    rule: "no-way-back",
    severity: "warn",
    good: [
      {
        up: 'await q.removeColumn("T", "name");',
        down: `await q.addColumn("T", "name", { type: S.STRING(50), allowNull: false, defaultValue: "x" });`,
      },
    ],
  },
  {
    what: "has a down that fails",
    given: table,
    bad: { ...addsColumn, down: 'await q.removeColumn("T", "nothing");' },
    rule: "no-way-back",
    severity: "warn",
    good: [{ ...addsColumn, down: 'await q.removeColumn("T", "extra");' }],
  },
];
