import type { Subject } from "../../bundle/observation.ts";

/** How to come to the same without hurting anybody. */
interface SafeForm {
  /** Heading of docs/safe-migrations.md that has it whole, with code that a test runs. */
  readonly heading: string;
  /** Whether it hurts by how long it takes, which a small table makes harmless. */
  readonly isOfTime?: true;
  /** As Sequelize code, one statement a line; each line that begins with `//` begins another migration or release. */
  readonly code: (on: Subject) => string;
}

const sql = (text: string): string => `await queryInterface.sequelize.query(${JSON.stringify(text)});`;
const quoted = (name = "…"): string => `"${name.split(".").join('"."')}"`;
const text = (value = "…"): string => JSON.stringify(value);

const stopUsing =
  '// 1. a release whose code does not name it any more\n// 2. once it is live, this migration, which says:\nexport const phase = "contract";';

const validated = ({ table, name }: Subject, what: string): string =>
  [
    sql(`ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(name)} ${what} NOT VALID`),
    "// a migration of its own:",
    sql(`ALTER TABLE ${quoted(table)} VALIDATE CONSTRAINT ${quoted(name)}`),
  ].join("\n");

const inBatches = ({ table, column }: Subject): string =>
  [
    "export const transaction = false;",
    "// in up:",
    "for (;;) {",
    `  const [, { rowCount }] = await queryInterface.sequelize.query('UPDATE ${quoted(table)} SET ${quoted(column)} = … WHERE id IN (SELECT id FROM ${quoted(table)} WHERE ${quoted(column)} IS NULL LIMIT 1000)');`,
    "  if (rowCount === 0) break;",
    "}",
  ].join("\n");

const newColumn = (on: Subject): string =>
  [
    `await queryInterface.addColumn(${text(on.table)}, ${text(on.column)}, { type: DataTypes.… });`,
    "// a migration of its own:",
    inBatches(on),
  ].join("\n");

/** By the id of the rule. */
export const byRule: ReadonlyMap<string, SafeForm> = new Map<string, SafeForm>([
  ["drop-column", { heading: "drop-a-column", code: () => stopUsing }],
  ["drop-table", { heading: "drop-a-table", code: () => stopUsing }],
  ["drop-object", { heading: "drop-a-table", code: () => stopUsing }],
  ["truncate", { heading: "change-many-rows", code: () => stopUsing }],
  ["rename-column", { heading: "rename-a-column", code: (on) => newColumn({ ...on, column: on.to ?? "…" }) }],
  [
    "rename-table",
    {
      heading: "rename-a-table",
      code: ({ table, to }) => sql(`CREATE VIEW ${quoted(to)} AS SELECT * FROM ${quoted(table)}`),
    },
  ],
  [
    "rename-value",
    {
      heading: "add-a-value-to-an-enumeration",
      code: ({ table }) => sql(`ALTER TYPE ${quoted(table)} ADD VALUE '…'`),
    },
  ],
  [
    "new-value-used",
    {
      heading: "add-a-value-to-an-enumeration",
      code: () => `${sql("ALTER TYPE … ADD VALUE '…'")}\n// a migration of its own:\n${sql("INSERT …")}`,
    },
  ],
  [
    "add-required-column",
    {
      heading: "add-a-column",
      code: ({ table, column }) =>
        `await queryInterface.addColumn(${text(table)}, ${text(column)}, { type: DataTypes.…, allowNull: false, defaultValue: … });`,
    },
  ],
  [
    "volatile-default",
    {
      heading: "add-a-column",
      isOfTime: true,
      code: (on) =>
        [
          `await queryInterface.addColumn(${text(on.table)}, ${text(on.column)}, { type: DataTypes.… });`,
          sql(`ALTER TABLE ${quoted(on.table)} ALTER COLUMN ${quoted(on.column)} SET DEFAULT …`),
          "// a migration of its own:",
          inBatches(on),
        ].join("\n"),
    },
  ],
  [
    "change-type",
    { heading: "change-a-type", code: (on) => newColumn({ ...on, column: `${on.column}New` }) },
  ],
  [
    "change-column",
    {
      heading: "change-a-column",
      code: ({ table, column }) =>
        `await queryInterface.changeColumn(${text(table)}, ${text(column)}, { type: DataTypes.…, allowNull: …, defaultValue: … });`,
    },
  ],
  [
    "loosen-column",
    {
      heading: "change-a-column",
      code: ({ table, column }) =>
        sql(`ALTER TABLE ${quoted(table)} ALTER COLUMN ${quoted(column)} SET DEFAULT …`),
    },
  ],
  [
    "rewrite",
    { heading: "change-a-type", isOfTime: true, code: () => "// pg_repack, or a new table that takes over" },
  ],
  [
    "set-not-null",
    {
      heading: "set-not-null",
      isOfTime: true,
      code: (on) =>
        [
          validated(
            { ...on, name: `${on.table}_${on.column}_set` },
            `CHECK (${quoted(on.column)} IS NOT NULL)`,
          ),
          "// a migration of its own:",
          sql(`ALTER TABLE ${quoted(on.table)} ALTER COLUMN ${quoted(on.column)} SET NOT NULL`),
        ].join("\n"),
    },
  ],
  [
    "add-foreign-key",
    {
      heading: "add-a-foreign-key",
      isOfTime: true,
      code: (on) => validated(on, `FOREIGN KEY (…) REFERENCES ${quoted(on.references)}`),
    },
  ],
  ["add-check", { heading: "add-a-check", isOfTime: true, code: (on) => validated(on, "CHECK (…)") }],
  ["scan-under-lock", { heading: "add-a-check", isOfTime: true, code: (on) => validated(on, "…") }],
  [
    "add-unique",
    {
      heading: "add-a-unique-constraint",
      isOfTime: true,
      code: ({ table, name }) =>
        [
          "export const transaction = false;",
          "// in up:",
          `await queryInterface.addIndex(${text(table)}, { fields: […], name: ${text(name)}, unique: true, concurrently: true });`,
          "// a migration of its own:",
          sql(
            `ALTER TABLE ${quoted(table)} ADD CONSTRAINT ${quoted(name)} UNIQUE USING INDEX ${quoted(name)}`,
          ),
        ].join("\n"),
    },
  ],
  [
    "add-exclusion",
    {
      heading: "what-has-no-safe-form",
      isOfTime: true,
      code: () => "// a new table that has it, or a window",
    },
  ],
  [
    "create-index",
    {
      heading: "build-an-index",
      isOfTime: true,
      code: ({ table, name }) =>
        [
          "export const transaction = false;",
          "// in up:",
          `await queryInterface.addIndex(${text(table)}, { fields: […], name: ${text(name)}, concurrently: true });`,
        ].join("\n"),
    },
  ],
  [
    "needs-no-transaction",
    {
      heading: "build-an-index",
      code: () => "export const transaction = false; // and one statement a query",
    },
  ],
  [
    "drop-index",
    {
      heading: "build-an-index",
      code: ({ name }) =>
        `export const transaction = false;\n// in up:\n${sql(`DROP INDEX CONCURRENTLY IF EXISTS ${quoted(name)}`)}`,
    },
  ],
  [
    "rebuild-index",
    {
      heading: "build-an-index",
      isOfTime: true,
      code: ({ name }) =>
        `export const transaction = false;\n// in up:\n${sql(`REINDEX INDEX CONCURRENTLY ${quoted(name)}`)}`,
    },
  ],
  ["all-rows", { heading: "change-many-rows", isOfTime: true, code: inBatches }],
  ["rows-with-locks", { heading: "change-many-rows", isOfTime: true, code: inBatches }],
  ["ends-transaction", { heading: "change-many-rows", code: () => "export const transaction = false;" }],
  ["no-way-back", { heading: "the-way-back", code: () => "export const down = false; // where it is meant" }],
  [
    "not-repeatable",
    { heading: "build-an-index", code: () => "// IF EXISTS, IF NOT EXISTS, and rows told by what they lack" },
  ],
]);
