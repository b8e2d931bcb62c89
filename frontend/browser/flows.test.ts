import { expect } from "chai";
import { until } from "../../test/until.ts";
import { Seed } from "./seed.ts";
import { type Stage, useStage } from "./stage.ts";
import { desktop, phone, Visitor } from "./visitor.ts";

describe("what people do with Udagram", () => {
  let stage: Stage;
  let seed: Seed;

  before(async function () {
    stage = await useStage(this);
    seed = new Seed(stage);
  });

  for (const [size, viewport] of Object.entries({ phone, desktop })) {
    it(`on a ${size}: register, post a photo, and somebody else sees it`, async () => {
      const grace = await Visitor.arrive(stage, { viewport });
      await grace.open();
      await grace.page.getByRole("link", { name: "Register" }).click();
      await grace.enter({ Email: `grace-${size}@udagram.example`, Password: "long enough" });
      await grace.press("Create account");
      await grace.isSignedIn();

      const caption = `Seen on a ${size} & posted <at once>`;
      await grace.post(caption, await seed.photo("dunes"));
      await grace.page.getByRole("status").getByText("Your photo is posted.").waitFor();

      const linus = await Visitor.arrive(stage, { viewport });
      await linus.open();
      const first = linus.page.getByRole("main").getByRole("listitem").first();
      expect(await first.getByRole("link").textContent()).to.equal(caption);
      await first.getByRole("link").click();
      await linus.page.getByRole("dialog", { name: caption }).waitFor();
      expect(await linus.widthOf(caption)).to.equal(1200);

      await linus.page.reload();
      await linus.page.getByRole("dialog", { name: caption }).waitFor();
      expect(await linus.widthOf(caption)).to.equal(1200);
      await linus.press("Close");
      await linus.page.getByRole("dialog").waitFor({ state: "detached" });
      expect([...grace.errors, ...linus.errors]).to.deep.equal([]);
      await Promise.all([grace.leave(), linus.leave()]);
    });

    it(`on a ${size}: find one's own photos, delete one, sign out`, async () => {
      const email = `margaret-${size}@udagram.example`;
      const session = await seed.user(email);
      await seed.post(session, `To keep, ${size}`, "sea");
      await seed.post(session, `To delete, ${size}`, "forest");
      const margaret = await Visitor.arrive(stage, { viewport });
      await margaret.logIn(email);
      await margaret.page.getByRole("link", { name: "My photos" }).click();
      await margaret.page.getByText("2 photos").waitFor();

      await margaret.press(`Delete “To delete, ${size}”`);
      await margaret.press("Keep it");
      await margaret.press(`Delete “To delete, ${size}”`);
      await margaret.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await margaret.page.getByText("1 photo", { exact: true }).waitFor();
      expect(await margaret.captions()).to.deep.equal([`To keep, ${size}`]);

      await margaret.signOut();
      const shown = await margaret.captions();
      expect(shown).to.include(`To keep, ${size}`).and.not.include(`To delete, ${size}`);
      await margaret.open("#/mine");
      await margaret.page.getByText("Log in to see your photos.").waitFor();
      expect(margaret.errors).to.deep.equal([]);
      await margaret.leave();
    });
  }

  it("another person signs in on the same page and posts in their own name", async () => {
    await seed.user("first@udagram.example");
    await seed.user("second@udagram.example");
    const visitor = await Visitor.arrive(stage);
    await visitor.logIn("first@udagram.example");
    await visitor.compose("Never sent", await seed.photo("city"));
    await visitor.signOut();
    await visitor.logIn("second@udagram.example");
    await visitor.page.getByRole("link", { name: "New post" }).click();
    expect(await visitor.page.getByLabel("Caption").inputValue()).to.equal("");
    await visitor.post("From the second", await seed.photo("city"));
    await visitor.page.getByRole("link", { name: "My photos" }).click();
    await visitor.page.getByText("1 photo", { exact: true }).waitFor();
    expect(await visitor.captions()).to.deep.equal(["From the second"]);
    await visitor.leave();
  });

  it("the feed goes on as one scrolls, and comes back to where one was", async () => {
    const session = await seed.user("prolific@udagram.example");
    for (let index = 1; index <= 14; index += 1) await seed.postWithoutPhoto(session, `Number ${index}`);
    const visitor = await Visitor.arrive(stage);
    await visitor.openAs(session, "#/mine");
    await visitor.page.getByText("Number 3", { exact: true }).scrollIntoViewIfNeeded();
    const last = visitor.page.getByText("Number 1", { exact: true });
    await last.scrollIntoViewIfNeeded();
    expect(await visitor.captions()).to.have.length(14);
    await visitor.page.getByText("This photo is not available").first().waitFor();

    const before = await visitor.scrolledTo();
    await visitor.go("#/new");
    await visitor.page.getByRole("heading", { name: "New post" }).waitFor();
    await visitor.page.goBack();
    await last.waitFor();
    expect(await visitor.page.evaluate(() => scrollY)).to.equal(before);
    await visitor.leave();
  });

  it("everything can be done by keyboard alone", async () => {
    const session = await seed.user("keys@udagram.example");
    await seed.post(session, "The second", "sea");
    await seed.post(session, "The first", "aurora");
    const visitor = await Visitor.arrive(stage);
    const { page } = visitor;
    await visitor.open();
    await page.getByRole("link", { name: "The first" }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? "");
    await page.keyboard.press("Tab");
    expect(await focused()).to.equal("Skip to the content");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await focused()).to.contain("The first");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "The first" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "The second" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await until(async () => (await focused()).includes("The first"));
    expect(await page.evaluate(() => document.activeElement?.tagName), "the link itself").to.equal("A");

    await page.getByRole("link", { name: "Log in" }).press("Enter");
    await page.locator('[name="email"]:focus').waitFor();
    await page.keyboard.type("keys@udagram.example");
    await page.keyboard.press("Tab");
    await page.keyboard.type("correct horse battery staple");
    await page.keyboard.press("Enter");
    // The page that follows takes the focus to its heading; only then may a key be pressed.
    await page.locator("h1:focus").waitFor();
    await page.getByRole("button", { name: /^Account of/ }).press("Enter");
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await focused()).to.equal("Sign out");
    await page.keyboard.press("Enter");
    await page.getByText("You are signed out.").waitFor();
    await visitor.leave();
  });

  it("old and wrong addresses lead somewhere", async () => {
    const visitor = await Visitor.arrive(stage);
    await visitor.open("home");
    await visitor.page.getByRole("heading", { name: "See what everyone sees." }).waitFor();
    expect(visitor.page.url()).to.equal(`${stage.site}/`);
    await visitor.open("#/photo/999999");
    await visitor.page.getByRole("dialog", { name: "Feed item was not found." }).waitFor();
    await visitor.press("Close");
    await visitor.open("#/who-knows");
    await visitor.page.getByRole("link", { name: "Go to the feed" }).click();
    await visitor.page.getByRole("heading", { name: "See what everyone sees." }).waitFor();
    expect(visitor.errors).to.deep.equal([]);
    await visitor.leave();
  });
});
