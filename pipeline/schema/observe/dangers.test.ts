import { describeDangers } from "./danger-suite-fixture.ts";
import { serversOfMachine } from "./observe-fixture.ts";

for (const server of serversOfMachine()) describeDangers(server.major, async () => server);
