import { UpdateEnvironmentCommand } from "@aws-sdk/client-elastic-beanstalk";
import { policy, testBench } from "../test-bench.ts";
import { app } from "../test-bundles.ts";

/** A stack in the middle of a deployment, to be killed: prints a line as soon as it is. */
const bench = await testBench({}, process.argv[2]);
await bench.version("v1", app("v1"));
await bench.version("v2", { Procfile: "web: sleep 60\n" });
await bench.environment("main", "v1", policy("Immutable"));
await bench.client.send(new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel: "v2" }));
while (bench.eb.instances("main").filter(({ pid }) => pid !== undefined).length < 3) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
console.log("deploying");
