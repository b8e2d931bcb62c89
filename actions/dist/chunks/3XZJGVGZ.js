const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./LVR4LPGD.js";import"./4R5ZBMKT.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
