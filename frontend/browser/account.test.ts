import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { names } from "../../local/provision/names.ts";
import { until } from "../../test/until.ts";
import { Seed } from "./seed.ts";
import { type Stage, useStage } from "./stage.ts";
import { password, phone, Visitor } from "./visitor.ts";

describe("people and their accounts on the site", () => {
  let stage: Stage;
  let seed: Seed;
  let visitor: Visitor;

  before(async function () {
    stage = await useStage(this);
    seed = new Seed(stage);
  });
  beforeEach(async () => {
    visitor = await Visitor.arrive(stage, { viewport: { ...phone, width: 320 } });
  });
  afterEach(() => visitor.leave());

  const cardOf = (caption: string) => visitor.page.getByRole("listitem").filter({ hasText: caption });
  const openAccount = async () => {
    await visitor.page.getByRole("button", { name: /^Account of/ }).click();
    await visitor.page.getByRole("link", { name: "Account settings" }).click();
    await visitor.page.getByRole("heading", { name: "Your account" }).waitFor();
    await visitor.page.locator("#account-menu").waitFor({ state: "hidden" });
    await visitor.page.locator('[name="name"]:not([readonly])').waitFor();
  };

  it("a card says who posted the photo, by the name of then and by the one of now", async () => {
    await visitor.open("#/register");
    await visitor.enter({ Email: "grace@udagram.example", Password: password, Name: "Grace" });
    await visitor.press("Create account");
    await visitor.isSignedIn();
    await visitor.post("A moth in the relay", await visitor.samplePhoto("sea"));
    await cardOf("A moth in the relay").getByText("Grace", { exact: true }).waitFor();
    await openAccount();
    await visitor.enter({ Name: "Rear Admiral Hopper" });
    await visitor.press("Save name");
    await visitor.page.getByText("Your name is saved.").waitFor();
    await visitor.go("#/");
    await cardOf("A moth in the relay").getByText("Rear Admiral Hopper").waitFor();
    await visitor.page.getByRole("link", { name: "A moth in the relay" }).click();
    await visitor.page.getByRole("dialog").getByText("Rear Admiral Hopper").waitFor();
    expect(visitor.errors).to.deep.equal([]);
  });

  it("a list loads small pictures, and the photo where the small picture is gone", async () => {
    await visitor.openAs(await seed.user("small@udagram.example"));
    await visitor.post("Smaller than it was", await visitor.samplePhoto("mountains"));
    const widths = () =>
      cardOf("Smaller than it was")
        .locator("img.shown")
        .evaluate((one) => (one as HTMLImageElement).naturalWidth);
    expect(await widths()).to.equal(853);
    const { rows } = await (await fetch(`${stage.api}/api/v0/feed?limit=1&view=card`)).json();
    const { headers } = await fetch(rows[0].preview, { redirect: "manual" });
    const { pathname } = new URL(headers.get("location") ?? "");
    const Key = decodeURIComponent(pathname.slice(`/${names.media}/`.length));
    await stage.aws.s3().send(new DeleteObjectCommand({ Bucket: names.media, Key }));
    await visitor.leave();
    visitor = await Visitor.arrive(stage);
    await visitor.open();
    expect(await widths()).to.equal(1200);
  });

  it("a new password ends the sessions of other devices, and a wrong one is said at its field", async () => {
    const session = await seed.user("careful@udagram.example");
    const other = await Visitor.arrive(stage);
    await other.openAs(session);
    await visitor.openAs(session);
    await openAccount();
    await visitor.enter({ "Current password": "not it", "New password": "a better one" });
    await visitor.press("Change password");
    expect(await visitor.messageOf("Current password")).to.equal("Password was invalid.");
    await visitor.enter({ "Current password": password });
    await visitor.press("Change password");
    await visitor.page.getByText("Your password is changed.").waitFor();
    await visitor.go("#/mine");
    await visitor.page.getByRole("heading", { name: "Nothing here yet" }).waitFor();
    await other.go("#/mine");
    await other.page.getByRole("heading", { name: "Please log in again" }).waitFor();
    await other.enter({ Password: "a better one" });
    await other.page.getByRole("dialog").getByRole("button", { name: "Log in" }).click();
    await other.page.getByRole("heading", { name: "Nothing here yet" }).waitFor();
    await other.leave();
  });

  it("an account goes with its photos, once the password was given", async () => {
    const session = await seed.user("gone@udagram.example", "Soon gone");
    await seed.post(session, "Not for long", "dunes");
    await visitor.openAs(session);
    await cardOf("Not for long").waitFor();
    await openAccount();
    await visitor.press("Delete account…");
    const dialog = visitor.page.getByRole("dialog", { name: "Delete your account?" });
    expect(await dialog.evaluate((one) => one.scrollWidth - one.clientWidth)).to.equal(0);
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await dialog.getByText("Password is required.").waitFor();
    await dialog.getByLabel("Password", { exact: true }).fill(password);
    await dialog.getByRole("button", { name: "Delete account" }).click();
    await visitor.page.getByText("Your account is deleted.").waitFor();
    await visitor.page.getByRole("link", { name: "Register" }).waitFor();
    await visitor.page.locator('.grid[aria-busy="false"]').waitFor();
    await until(async () => (await cardOf("Not for long").count()) === 0);
    await visitor.open("#/log-in");
    await visitor.enter({ Email: session.email, Password: password });
    await visitor.page.getByRole("main").getByRole("button", { name: "Log in" }).click();
    expect(await visitor.messageOf("Email")).to.equal("User was not found.");
  });
});
