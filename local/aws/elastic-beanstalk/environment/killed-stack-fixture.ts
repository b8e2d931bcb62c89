import { UpdateEnvironmentCommand } from "@aws-sdk/client-elastic-beanstalk";
import { until } from "../../../../test/until.ts";
import { app } from "../bundle/bundles-fixture.ts";
import { policy, startElasticBeanstalk } from "../elastic-beanstalk-fixture.ts";

/** A stack in the middle of a deployment, to be killed: prints a line as soon as it is. */
const fixture = await startElasticBeanstalk({}, process.argv[2]);
await fixture.version("v1", app("v1"));
await fixture.version("v2", { Procfile: "web: sleep 60\n" });
await fixture.environment("main", "v1", policy("Immutable"));
await fixture.client.send(new UpdateEnvironmentCommand({ EnvironmentName: "main", VersionLabel: "v2" }));
await until(() => fixture.eb.instances("main").filter(({ pid }) => pid !== undefined).length >= 3);
console.log("deploying");
