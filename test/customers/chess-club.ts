import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/root.ts";
import { CustomerRepository } from "./customer-repository.ts";

/** The three workflows, as the README shows them to everybody. */
const callers = ["deploy.yml", "rollback.yml", "pull-request.yml"] as const;

const packages = ["esbuild", "@esbuild/linux-x64", "@esbuild/linux-arm64"] as const;

/** The club's own lockfile: esbuild, which bundles its API, at this repository's version. */
function lockfile(): string {
  const own = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, object>;
  };
  const locked = packages.map(
    (name) => [`node_modules/${name}`, own.packages[`node_modules/${name}`]] as const,
  );
  const club = { name: "chess-club", version: "1.0.0", devDependencies: { esbuild: "*" } };
  return `${JSON.stringify({ ...club, lockfileVersion: 3, packages: { "": club, ...Object.fromEntries(locked) } }, null, 2)}\n`;
}

const server = `import { createServer } from "node:http";

const members: readonly string[] = ["Judit", "Vera"];

createServer((request, response) => {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-allow-headers", "authorization");
  response.setHeader("content-type", "application/json");
  if (request.method === "OPTIONS") response.writeHead(204).end();
  else if (request.url === "/members") response.end(JSON.stringify(members));
  // What an application load balancer asks for where nobody names another path.
  else if (request.url === "/") response.end("{}");
  else response.writeHead(404).end("{}");
}).listen(process.env.PORT);
`;

const migration = `export async function up(queryInterface) {
  await queryInterface.createTable("Members", { name: { type: "TEXT", primaryKey: true } });
}
export async function down(queryInterface) {
  await queryInterface.dropTable("Members");
}
`;

const files: Readonly<Record<string, string>> = {
  "package.json": `${JSON.stringify(
    {
      name: "chess-club",
      version: "1.0.0",
      private: true,
      type: "module",
      scripts: { build: "cp -r pages dist", test: "node --test" },
      devDependencies: { esbuild: "*" },
    },
    null,
    2,
  )}\n`,
  ".gitignore": "node_modules\ndist\n",
  "api/main.ts": server,
  "api/members.test.js": 'import { test } from "node:test";\ntest("has members", () => {});\n',
  "migrations/20260101000000-create-members.js": migration,
  "pages/index.html": "<!doctype html><title>Chess club</title><p>We meet on Fridays</p>\n",
};

/**
 * A repository that has nothing of this one but the three workflows that the README shows, with its packages installed. Its
 * API is TypeScript without a framework, its site three lines, its migration one that sequelize-cli would run.
 */
export class ChessClub extends CustomerRepository {
  constructor(folder: string) {
    super(folder);
    const locked = lockfile();
    const workflows = callers.map((file) => [
      `.github/workflows/${file}`,
      readFileSync(join(root, "docs/callers", file), "utf8"),
    ]);
    this.commit(
      { ...files, "package-lock.json": locked, ...Object.fromEntries(workflows) },
      "Found the club",
    );
    this.#install(locked);
  }

  /** What `npm ci` would do, without a network. */
  #install(locked: string): void {
    for (const name of packages.filter(isInstalled)) {
      cpSync(join(root, "node_modules", name), join(this.folder, "node_modules", name), { recursive: true });
    }
    const digest = createHash("sha256").update(locked).digest("hex");
    writeFileSync(join(this.folder, "node_modules/.installed-lockfile"), `${digest}\n`);
  }
}

function isInstalled(name: string): boolean {
  return existsSync(join(root, "node_modules", name, "package.json"));
}
