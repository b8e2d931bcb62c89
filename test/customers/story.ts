// The story that each customer lives through: it goes live, changes, breaks, is put back and is rolled back.
import { expect } from "chai";
import { Visitor, type VisitorOptions } from "../visitor.ts";
import { type CallerInputs, callersOf } from "./callers.ts";
import { CustomerLaptop } from "./customer-laptop.ts";
import { CustomerRepository } from "./customer-repository.ts";

/** One push. */
interface Push {
  /** What is told of it: "a push that …". */
  readonly that: string;
  /** Files with the text that they get; undefined deletes one. */
  readonly files: (its: CustomerRepository) => Readonly<Record<string, string | undefined>>;
}

/** A push that goes live. */
interface Change extends Push {
  /** What there is to see of the app then. */
  readonly shows: unknown;
  /** What else has to be true, of the log of its run for one. */
  readonly check?: (laptop: CustomerLaptop) => unknown;
}

/** A push that must not, and after which everything is as it was. */
interface Break extends Push {
  /** What the push has to say. */
  readonly says: RegExp;
}

export interface Customer {
  /** Its folder below test/customers. */
  readonly folder: string;
  readonly inputs: CallerInputs;
  /** What its API finds in its environment: the text of a file of `npm start -- --env`. */
  readonly properties?: string;
  /** Looks at the app as people do who use it. */
  readonly look: (laptop: CustomerLaptop) => Promise<unknown>;
  /** What there is to see first. */
  readonly shows: unknown;
  readonly pushes: readonly [Change, ...(Change | Break)[]];
  /** What there is to see when the last push is rolled back: its schema stays. */
  readonly shownBack: unknown;
  /** What somebody asks for all the while, and has to get: site, API, or those parts of it that its policy promises. */
  readonly visits?: (laptop: CustomerLaptop) => VisitorOptions;
}

/** Tells it; the last push is one that goes live, and is rolled back. */
export function tellStory(name: string, customer: Customer): void {
  describe(`${name}, through three files of its own`, function () {
    this.timeout(900_000);
    this.bail(true);
    let laptop: CustomerLaptop;
    let visitor: Visitor | undefined;
    before(() => {
      laptop = new CustomerLaptop(customer.folder, (folder) => {
        const repository = new CustomerRepository(folder, customer.folder);
        repository.commit(callersOf(customer.inputs), "Begin");
        return repository;
      });
    });
    after(async () => {
      await visitor?.stop();
      await laptop?.dispose();
    });
    const look = (): Promise<unknown> => customer.look(laptop);
    let shown = customer.shows;

    it("goes live by its first push", async () => {
      const said = await laptop.start(customer.properties);
      expect(said, said).to.contain(`${customer.folder} is live as `);
      expect(await look()).to.deep.equal(customer.shows);
      if (customer.visits) visitor = new Visitor({ data: [], ...customer.visits(laptop) });
    });

    it("gets the comment of a pull request", async () => {
      const [{ that, files }] = customer.pushes;
      const { repository } = laptop;
      repository.git("checkout", "--quiet", "-b", "proposal");
      repository.commit(files(repository), that);
      const { output } = await laptop.push("proposal");
      expect(output, output).to.match(/Pull request #\d+ succeeded/);
      expect(output, output).to.match(/commented on #1:/);
      expect(await look()).to.deep.equal(customer.shows);
      repository.git("checkout", "--quiet", "main");
    });

    for (const push of customer.pushes) {
      it(`a push that ${push.that}`, async () => {
        const { repository } = laptop;
        repository.commit(push.files(repository), push.that);
        const { output } = await laptop.push();
        if ("says" in push) {
          expect(output, output).to.match(/Deploy #\d+ failed/);
          expect(output, output).to.match(push.says);
          // The next one goes out with it.
          repository.git("revert", "--no-edit", "HEAD");
        } else {
          expect(output, output).to.match(/Deploy #\d+ succeeded/);
          shown = push.shows;
        }
        expect(await look()).to.deep.equal(shown);
        if ("check" in push) await push.check?.(laptop);
      });
    }

    it("is rolled back by one click", async () => {
      const rollback = await laptop.run("rollback", "--reason", "a story");
      expect(rollback.code, rollback.output).to.equal(0);
      expect(await look()).to.deep.equal(customer.shownBack);
    });

    if (customer.visits) {
      it("and nobody who was there meanwhile met a failure", async () => {
        const sights = (await visitor?.stop()) ?? [];
        expect(visitor?.rounds).to.be.above(10);
        expect(sights.filter(({ status }) => status !== 200)).to.deep.equal([]);
      });
    }
  });
}
