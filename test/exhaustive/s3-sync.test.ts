import { chooseCases } from "./choose-cases.ts";
import { casesOf } from "./s3-sync/area.ts";
import { companyCases } from "./s3-sync/company.ts";
import { Stage } from "./s3-sync/stage.ts";
import { update } from "./s3-sync/ways.ts";

describe("s3-sync, struck at a few of its requests", () => {
  const seed = Date.now() % 100_000;
  let stage: Stage;
  before(async () => {
    stage = await Stage.open();
  });
  after(() => stage.close());

  it(`makes the site whole in the next run, and nobody sees it broken (seed ${seed})`, async () => {
    const cases = await casesOf(stage, update, () => {});
    const chosen = [
      ...chooseCases(cases, { sample: 1, seed }),
      ...chooseCases(companyCases(stage), { sample: 1, seed }),
    ];
    for (const one of chosen) {
      await one.run().catch((cause: Error) => {
        throw new Error(`${one.id}: ${cause.message}`, { cause });
      });
    }
  });
});
