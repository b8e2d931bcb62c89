const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./AAZYAALQ.js";import"./FROKTXEJ.js";import"./U7WR4J3F.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
