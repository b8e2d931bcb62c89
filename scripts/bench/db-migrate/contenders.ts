import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../root.ts";
import { actionEnvironment } from "../action-environment.ts";

const run = promisify(execFile);
const require = createRequire(import.meta.url);

/** A folder with migrations and every tool's settings, and the packages that the tools need. */
export interface Project {
  readonly folder: string;
  readonly ca: string;
}

/** A tool that brings a database to where a project's migrations are. */
export interface Contender {
  readonly name: string;
  /** Runs it as a process of its own; rejects when that fails. */
  migrate(project: Project, url: string): Promise<void>;
}

const tool = (name: string, script: string, ...args: string[]): Contender => ({
  name,
  migrate: async ({ folder, ca }, url) => {
    const env = {
      PATH: process.env.PATH ?? "",
      NODE_COMPILE_CACHE: join(folder, "compile-cache"),
      BENCH_URL: url,
      BENCH_CA: ca,
    };
    await run(process.execPath, [script, ...args], { cwd: folder, env });
  },
});

/** What the other tools are given for a connection: the one that this repository's action makes by itself. */
export const settings = `module.exports = {
  use_env_variable: "BENCH_URL", dialect: "postgres", logging: false,
  dialectOptions: { ssl: { ca: process.env.BENCH_CA, host: "127.0.0.1" } },
};
`;

export const umzugProgram = `const { Sequelize } = require("sequelize");
const { Umzug, SequelizeStorage } = require("umzug");
const { use_env_variable, ...options } = require("./config.js");
const sequelize = new Sequelize(process.env[use_env_variable], options);
const migrations = { glob: "migrations/*.js", resolve: ({ name, path, context }) => ({
  name, up: () => require(path).up(context, Sequelize), down: () => require(path).down(context, Sequelize) }) };
new Umzug({ migrations, context: sequelize.getQueryInterface(), storage: new SequelizeStorage({ sequelize }), logger: undefined })
  .up().then(() => sequelize.close());
`;

/** The tools, this repository's first. `umzug` is taken from the project's own packages. */
export function contenders(): readonly Contender[] {
  const cli = join(require.resolve("sequelize-cli/package.json"), "../lib/sequelize");
  return [
    {
      name: "`db-migrate`",
      migrate: async ({ folder, ca }, url) => {
        const inputs = { "migrations-directory": "migrations", "database-url": url, "database-ca": ca };
        const credentials = { accessKeyId: "none", secretAccessKey: "none" };
        const endpoint = "http://127.0.0.1:1";
        const env = actionEnvironment({ action: "db-migrate", inputs, endpoint, credentials, folder });
        await run(process.execPath, [join(root, "actions/dist/db-migrate.js")], { cwd: folder, env });
      },
    },
    tool("sequelize-cli", cli, "db:migrate", "--config", "config.js"),
    tool("umzug", "umzug.js"),
  ];
}
