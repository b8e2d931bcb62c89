import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { Laptop } from "../laptop.ts";

describe("npm start with something wrong", function () {
  this.timeout(900_000);
  const laptop = new Laptop();
  after(() => laptop.dispose());

  const local = (name: string, content: string): void => {
    mkdirSync(join(laptop.clone, ".local"), { recursive: true });
    writeFileSync(join(laptop.clone, ".local", name), content);
  };

  it("names an option that it does not have", async () => {
    const start = await laptop.run("npm", "start", "--", "--onec");
    expect(start.code).to.equal(2);
    expect(start.output).to.contain("--onec").and.to.contain("--once");
  });

  it("names a damaged file of .local and the command that starts afresh", async () => {
    local("ports.json", "{ half a fi");
    const start = await laptop.run("npm", "start");
    expect(start.code).to.equal(1);
    expect(start.output)
      .to.match(/ports\.json/)
      .and.to.match(/npm run reset/);
    expect((await laptop.run("npm", "run", "reset", "--", "--yes")).code).to.equal(0);
  });

  it("names a port that somebody else took, and leaves it alone", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    local("ports.json", JSON.stringify({ database: port }));
    const start = await laptop.run("npm", "start");
    expect(start.code).to.equal(1);
    expect(start.output)
      .to.contain(String(port))
      .and.to.match(/taken by another program/);
    expect(other.listening).to.equal(true);
    other.close();
    await laptop.run("npm", "run", "reset", "--", "--yes");
  });

  it("does not take over a git remote of the same name", async () => {
    laptop.git("remote", "add", "local", "https://git.example.com/mine.git");
    const start = await laptop.run("npm", "start");
    expect(start.code).to.equal(1);
    expect(start.output)
      .to.contain("git.example.com")
      .and.to.match(/git remote rename/);
    expect(laptop.git("remote", "get-url", "local")).to.equal("https://git.example.com/mine.git");
    laptop.git("remote", "remove", "local");
  });

  it("commands that need the stack say how to start it", async () => {
    await laptop.run("npm", "run", "reset", "--", "--yes");
    const refuse = async (script: string): Promise<void> => {
      const command = await laptop.run("npm", "run", script);
      expect(command.code, script).to.equal(1);
      expect(command.output, script).to.match(/npm start/);
    };
    await Promise.all(["rollback", "resume", "promote", "runs"].map(refuse));
  });

  it("every command explains itself", async () => {
    const explain = async (script: string): Promise<void> => {
      const help = await laptop.run("npm", "run", script, "--", "--help");
      expect(help.code, script).to.equal(0);
      expect(help.output, script).to.match(/Usage: npm/);
    };
    await Promise.all(["start", "rollback", "resume", "promote", "runs", "reset", "test"].map(explain));
  });
});
