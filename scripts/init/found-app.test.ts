import { expect } from "chai";
import { foundApp } from "./found-app.ts";
import type { RepositoryFiles } from "./repository-files.ts";

function filesOf(all: Readonly<Record<string, unknown>>): RepositoryFiles {
  const texts = new Map(
    Object.entries(all).map(([path, value]) => [
      path,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
  return { paths: [...texts.keys()].sort(), read: (path) => texts.get(path) };
}

const express = { dependencies: { express: "4" }, scripts: { start: "node ./bin/www" } };
const vite = { devDependencies: { vite: "5" }, scripts: { build: "vite build" } };

describe("what an app is, by its files", () => {
  it("express-generator and sequelize-cli, all at the top", () => {
    const { api, site, migrations, suites, notes } = foundApp(
      filesOf({
        "package.json": {
          ...express,
          dependencies: { express: "4", pg: "8" },
          scripts: { start: "x", test: "mocha" },
        },
        "package-lock.json": "{}",
        "public/index.html": "",
        "migrations/20220129140530-create-tag.js": "",
      }),
    );
    expect({ api, site, migrations, suites, notes }).to.deep.equal({
      api: { directory: ".", command: "" },
      site: undefined,
      migrations: { directory: "migrations" },
      suites: [{ suite: "test", command: "npm test", "test-database": true }],
      notes: [],
    });
  });

  it("two folders with a lockfile each and no package at the top", () => {
    const { api, site, migrations, suites } = foundApp(
      filesOf({
        "backend/package.json": { ...express, scripts: { start: "node dist", build: "tsc", test: "jest" } },
        "backend/package-lock.json": "{}",
        "backend/.sequelizerc": "",
        "backend/src/migrations/1-x.ts": "",
        "frontend/package.json": {
          dependencies: { "react-scripts": "5" },
          scripts: { build: "react-scripts build" },
        },
        "frontend/yarn.lock": "",
      }),
    );
    expect({ api, site, migrations, suites }).to.deep.equal({
      api: { directory: "backend", command: "npm --prefix backend run build" },
      site: { directory: "frontend/build", command: "yarn --cwd frontend run build" },
      migrations: { directory: "backend" },
      suites: [{ suite: "backend", command: "npm --prefix backend run test" }],
    });
  });

  it("pnpm workspaces, and where the builder writes elsewhere", () => {
    const { api, site } = foundApp(
      filesOf({
        "pnpm-lock.yaml": "",
        "package.json": { scripts: {} },
        "apps/api/package.json": express,
        "apps/web/package.json": vite,
        "apps/web/vite.config.ts": 'export default { build: { outDir: "./public" } }',
      }),
    );
    expect(api).to.deep.equal({ directory: "apps/api", command: "" });
    expect(site).to.deep.equal({ directory: "apps/web/public", command: "pnpm --dir apps/web run build" });
  });

  it("an Angular site, and a folder that is a site as it is", () => {
    const angular = {
      projects: {
        shop: {
          architect: {
            build: { builder: "@angular/build:application", options: { outputPath: "dist/shop" } },
          },
        },
      },
    };
    expect(
      foundApp(filesOf({ "package.json": { scripts: { build: "ng build" } }, "angular.json": angular })).site,
    ).to.deep.equal({ directory: "dist/shop/browser", command: "npm run build" });
    expect(foundApp(filesOf({ "site/index.html": "", "site/a/index.html": "" })).site).to.deep.equal({
      directory: "site",
      command: "",
    });
  });

  it("says what somebody has to look at", () => {
    const { api, notes } = foundApp(
      filesOf({
        "a/package.json": { dependencies: { express: "4" } },
        "b/package.json": { dependencies: { koa: "2" } },
        "web/package.json": vite,
        "web/src/api.js": 'const api = "http://udagram.us-east-1.elasticbeanstalk.com/api";',
        ".github/workflows/main.yml": "- uses: einaregilsson/beanstalk-deploy@v22",
      }),
    );
    expect(api).to.equal(undefined);
    expect(notes.join("\n"))
      .to.contain('several folders have a server: "a", "b"')
      .and.contain('"web/src/api.js" says "http://udagram.us-east-1.elasticbeanstalk.com/api"')
      .and.contain('".github/workflows/main.yml" deploys too');
  });

  it("says that Elastic Beanstalk could not start it, and which settings it may refuse", () => {
    const { notes } = foundApp(
      filesOf({
        "package.json": { dependencies: { express: "4" } },
        ".ebextensions/a.config": "option_settings:\n  x: y\n",
      }),
    );
    expect(notes.join("\n")).to.contain("neither a Procfile").and.contain('".ebextensions/a.config"');
  });
});
