const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./JF7XCB33.js";import"./AA2HIGGG.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
