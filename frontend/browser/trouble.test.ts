import { expect } from "chai";
import { Seed } from "./seed.ts";
import { type Stage, useStage } from "./stage.ts";
import { password, Visitor } from "./visitor.ts";

describe("when something goes wrong on the site", () => {
  let stage: Stage;
  let seed: Seed;
  let visitor: Visitor;

  before(async function () {
    stage = await useStage(this);
    seed = new Seed(stage);
  });
  beforeEach(async () => {
    visitor = await Visitor.arrive(stage);
  });
  afterEach(async () => {
    stage?.aws.server.faults.clear();
    await visitor?.leave();
  });

  it("the server's message stands at the field that it is about", async () => {
    await seed.user("taken@udagram.example");
    const { page } = visitor;
    await visitor.open("#/register");
    await visitor.enter({ Email: "taken@udagram.example", Password: "whatever" });
    await visitor.press("Create account");
    expect(await visitor.messageOf("Email")).to.equal("User already exists.");
    await visitor.enter({ Email: "free@udagram.example", Password: "" });
    await visitor.press("Create account");
    await page.getByText("Password is required.").waitFor();
    expect(await visitor.messageOf("Password")).to.equal("Password is required.");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).to.equal("password");

    await page.getByRole("link", { name: "Log in" }).last().click();
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await visitor.enter({ Email: "taken@udagram.example", Password: "not that one" });
    await page.getByRole("main").getByRole("button", { name: "Log in" }).click();
    expect(await visitor.messageOf("Password")).to.equal("Password was invalid.");
    expect(visitor.errors).to.deep.equal([]);
  });

  it("a file that is no photo is refused before it is sent", async () => {
    await visitor.openAs(await seed.user("files@udagram.example"), "#/new");
    await visitor.press("Post photo");
    expect(await visitor.messageOf("Caption")).to.contain("Write a caption.");
    await visitor.page.getByText("Choose a photo.").waitFor();
    await visitor.choose("notes.txt", Buffer.from("text"), "text/plain");
    await visitor.page.getByText("Only JPEG, PNG, GIF, WebP and AVIF images can be uploaded.").waitFor();
    await visitor.choose("huge.jpg", Buffer.alloc(10_000_001));
    await visitor.page.getByText("A photo may have at most 10 MB; this one has 10.1 MB.").waitFor();
    await visitor.choose("broken.jpg", Buffer.from("no image at all"));
    await visitor.page.getByText("This file is damaged or no image.").waitFor();
  });

  it("an upload that fails says why and can be tried again", async () => {
    await visitor.openAs(await seed.user("retry@udagram.example"));
    stage.aws.server.faults.add({ operation: "PutObject", times: 1, status: 503, code: "SlowDown" });
    await visitor.compose("At the second try", await seed.photo("mountains"));
    await visitor.press("Post photo");
    await visitor.page.getByText("The photo store is busy (SlowDown). Try again in a moment.").waitFor();
    // Not just once: browsers try again by themselves where a connection that they kept turns out to be closed.
    stage.aws.server.faults.add({ operation: "PutObject", drop: "before" });
    await visitor.press("Try again");
    await visitor.page.getByText("The upload was interrupted.").waitFor();
    stage.aws.server.faults.clear();
    expect(await visitor.page.getByLabel("Caption").inputValue()).to.equal("At the second try");
    await visitor.press("Try again");
    await visitor.page.getByRole("listitem").filter({ hasText: "At the second try" }).waitFor();
  });

  it("an upload shows how far it is, and can be cancelled without losing what was written", async () => {
    await visitor.openAs(await seed.user("cancel@udagram.example"));
    stage.aws.server.faults.add({ operation: "PutObject", times: 1, delayMs: 4000 });
    await visitor.compose("Not so fast", await seed.photo("mountains"));
    await visitor.press("Post photo");
    const progress = visitor.page.getByRole("progressbar", { name: "Upload" });
    await progress.waitFor();
    await visitor.page.getByText("100 %").waitFor();
    await visitor.press("Cancel");
    await progress.waitFor({ state: "detached" });
    expect(await visitor.page.getByLabel("Caption").inputValue()).to.equal("Not so fast");
    expect(await visitor.page.getByAltText("Preview").count()).to.equal(1);
    await visitor.go("#/mine");
    await visitor.page.getByRole("link", { name: "Post your first photo" }).waitFor();
  });

  it("an expired session asks for the password, keeps what was typed, and goes on", async () => {
    const { email } = await seed.user("patient@udagram.example");
    const [kept, expired] = [await stage.token(email, 3600), await stage.token(email, -10)];
    await visitor.openAs({ email, token: kept });
    await visitor.compose("Took a while to write", await seed.photo("forest"));
    await visitor.page.route("**/signed-url/**", async (route) => {
      const headers = await route.request().allHeaders();
      const isKept = headers.authorization === `Bearer ${kept}`;
      await route.continue({
        headers: isKept ? { ...headers, authorization: `Bearer ${expired}` } : headers,
      });
    });
    await visitor.press("Post photo");
    const dialog = visitor.page.getByRole("dialog", { name: "Please log in again" });
    await dialog.getByLabel("Password", { exact: true }).fill("wrong");
    await dialog.getByRole("button", { name: "Log in" }).click();
    await dialog.getByText("Password was invalid.").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Log in" }).click();
    await visitor.page.getByRole("listitem").filter({ hasText: "Took a while to write" }).waitFor();
    expect(visitor.errors).to.deep.equal([]);
  });

  it("who does not log in again at once finds what was typed after doing so later", async () => {
    const { email } = await seed.user("later@udagram.example");
    await visitor.openAs({ email, token: await stage.token(email, 3600) });
    await visitor.compose("Kept", await seed.photo("sea"));
    await visitor.page.route("**/signed-url/**", (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: "Bearer expired" } }),
    );
    await visitor.press("Post photo");
    await visitor.press("Not now");
    await visitor.page.unroute("**/signed-url/**");
    await visitor.page.getByText("Log in to post a photo.").waitFor();
    await visitor.enter({ Email: email, Password: password });
    await visitor.press("Log in");
    await visitor.page.getByAltText("Preview").waitFor();
    expect(await visitor.page.getByLabel("Caption").inputValue()).to.equal("Kept");
    await visitor.press("Post photo");
    await visitor.page.getByRole("listitem").filter({ hasText: "Kept" }).waitFor();
  });

  it("a session that expired while one was away is said so, and the feed is there", async () => {
    const { email } = await seed.user("returning@udagram.example");
    await visitor.open();
    const session = JSON.stringify({ email, token: await stage.token(email, -10) });
    await visitor.page.evaluate((kept) => localStorage.setItem("udagram-session", kept), session);
    await visitor.page.reload();
    await visitor.page.getByText("Your session has expired.").waitFor();
    await visitor.page.getByRole("link", { name: "Log in again" }).click();
    await visitor.page.getByRole("heading", { name: "Welcome back" }).waitFor();
  });

  it("without a connection the feed says so, and loads once there is one", async () => {
    await seed.user("offline@udagram.example");
    await visitor.open("#/log-in");
    await visitor.page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await visitor.page.context().setOffline(true);
    await visitor.go("#/");
    await visitor.page.getByText("The server cannot be reached.").waitFor();
    await visitor.page.context().setOffline(false);
    await visitor.press("Try again");
    await visitor.page.getByText("The server cannot be reached.").waitFor({ state: "detached" });
  });

  it("a missing or wrong config.json gives a page that says so", async () => {
    const right = JSON.stringify({ api: stage.api });
    try {
      await stage.removeConfig();
      await visitor.open();
      await visitor.page.getByText("config.json is missing (status 404).").waitFor();
      await stage.putConfig('{"api":"udagram.example/api"}');
      await visitor.press("Try again");
      await visitor.page.getByText('must be an http or https address, not "udagram.example/api"').waitFor();
      await stage.putConfig(right);
      await visitor.press("Try again");
      await visitor.page.getByRole("heading", { name: "See what everyone sees." }).waitFor();
    } finally {
      await stage.putConfig(right);
    }
  });
});
