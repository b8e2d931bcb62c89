import { expect } from "chai";
import { until } from "../../test/until.ts";
import { Seed } from "./seed.ts";
import { type Stage, useStage } from "./stage.ts";
import { phone, Visitor } from "./visitor.ts";

describe("what people notice on the site", () => {
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
    await visitor?.leave();
  });

  /** What has the focus, by its own tag and name. */
  const focused = () =>
    visitor.page.evaluate(() => {
      const { activeElement: at } = document;
      return `${at?.tagName} ${at?.getAttribute("aria-label") ?? at?.getAttribute("href") ?? at?.getAttribute("name") ?? ""}`;
    });

  it("a photo that is closed gives the focus back to its link", async () => {
    const session = await seed.user("focus@udagram.example");
    await seed.post(session, "In focus", "sea");
    await visitor.open();
    const link = visitor.page.getByRole("link", { name: "In focus" });
    const address = await link.getAttribute("href");
    for (const close of [() => visitor.page.keyboard.press("Escape"), () => visitor.press("Close")]) {
      await link.press("Enter");
      await visitor.page.getByRole("dialog", { name: "In focus" }).waitFor();
      await close();
      await visitor.page.getByRole("dialog").waitFor({ state: "detached" });
      expect(await focused()).to.equal(`A ${address}`);
    }
  });

  it("a question that is answered with no gives the focus back to who asked", async () => {
    const session = await seed.user("keeper@udagram.example");
    await seed.post(session, "Kept", "sea");
    await visitor.openAs(session, "#/mine");
    await visitor.page.getByRole("button", { name: "Delete “Kept”" }).press("Enter");
    await visitor.page.getByRole("dialog").waitFor();
    await visitor.press("Keep it");
    await visitor.page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await focused()).to.equal("BUTTON Delete “Kept”");
  });

  it("whoever has to log in again can type the password at once", async () => {
    const email = "renewed@udagram.example";
    await seed.user(email);
    await visitor.openAs({ email, token: await stage.token(email, 3600) });
    await visitor.page.evaluate(
      (session) => {
        localStorage.setItem("udagram-session", session);
        dispatchEvent(new StorageEvent("storage", { key: "udagram-session" }));
      },
      JSON.stringify({ email, token: "no.longer.valid" }),
    );
    await visitor.page.getByRole("link", { name: "My photos" }).click();
    await visitor.page.getByRole("heading", { name: "Please log in again" }).waitFor();
    await until(async () => (await focused()) !== "BODY ");
    expect(await focused()).to.equal("INPUT password");
  });

  for (const width of [320, 390]) {
    it(`nothing is wider than a screen of ${width} pixels`, async () => {
      const session = await seed.user(`narrow-${width}@udagram.example`);
      const narrow = await Visitor.arrive(stage, { viewport: { ...phone, width } });
      const reach = () =>
        narrow.page.evaluate(() => {
          const all = [...document.querySelectorAll<HTMLElement>("body *")].filter(
            (one) => one.matches(".bar *, main *") && !one.closest(".visually-hidden, .skip, [popover]"),
          );
          return Math.ceil(Math.max(...all.map((one) => one.getBoundingClientRect().right)));
        });
      await narrow.open();
      await narrow.page.getByRole("link", { name: "Register" }).waitFor();
      expect(await reach(), "visitor").to.be.at.most(width - 16);
      await narrow.openAs(session);
      expect(await reach(), "member").to.be.at.most(width);
      await narrow.leave();
    });
  }

  it("an address below a folder that is not there leads to the feed", async () => {
    for (const address of ["some/deep", "some/deep/", "a/b/c/d.html"]) {
      await visitor.open(address);
      await visitor.page.getByRole("heading", { name: "See what everyone sees." }).waitFor();
      expect(visitor.page.url()).to.equal(`${stage.site}/`);
    }
  });

  it("the site's name loads the feed anew, at the first click already", async () => {
    await visitor.open();
    await visitor.page.getByRole("main").getByRole("listitem").first().waitFor();
    await visitor.page.locator('.grid[aria-busy="false"]').waitFor();
    const reload = visitor.page.waitForRequest((request) => request.url().includes("/api/v0/feed?"));
    await visitor.page.getByRole("link", { name: "Udagram" }).click();
    await reload;
  });

  it("captions run in the direction of their own script", async () => {
    const session = await seed.user("arabic@udagram.example");
    await seed.post(session, "غروب الشمس (2026)", "sea");
    await visitor.open();
    const caption = visitor.page.locator(".caption").filter({ hasText: "غروب" });
    expect(await caption.evaluate((one) => getComputedStyle(one).direction)).to.equal("rtl");
  });

  it("a photo goes up without what the camera wrote into it, upright and no larger than it has to be", async () => {
    await visitor.openAs(await seed.user("camera@udagram.example"));
    const taken = await visitor.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(3000, 1500);
      canvas.getContext("2d")?.fillRect(0, 0, 3000, 1500);
      const blob = await canvas.convertToBlob({ type: "image/jpeg" });
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    // Orientation 6: the camera was held upright.
    const exif = Buffer.concat([
      Buffer.from("Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", "latin1"),
      Buffer.from("GPS 52.5163 N 13.3777 E"),
    ]);
    const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, exif.length + 2]), exif]);
    const photo = Buffer.concat([Buffer.from(taken.slice(0, 2)), segment, Buffer.from(taken.slice(2))]);
    await visitor.post("Where was it?", photo);
    const { rows } = await (await fetch(`${stage.api}/api/v0/feed?limit=1&view=card`)).json();
    const { url, preview } = rows[0];
    for (const [address, size] of [
      [url, [1024, 2048]],
      [preview, [640, 1280]],
    ] as const) {
      const bytes = Buffer.from(await (await fetch(address)).arrayBuffer());
      expect(bytes.subarray(0, 2).toString("hex")).to.equal("ffd8");
      expect(bytes.includes("GPS 52")).to.equal(false);
      expect(bytes.includes("Exif")).to.equal(false);
      expect(sizeOf(bytes)).to.deep.equal(size);
    }
  });
});

/** Width and height of a JPEG, from its frame header. */
function sizeOf(jpeg: Buffer): number[] {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg.readUInt8(at + 1);
    if (marker >= 0xc0 && marker <= 0xc3) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
  }
  return [];
}
