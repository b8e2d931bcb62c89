const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./TY7YQCGR.js";import"./7XVRUVYJ.js";import"./ZX6S2DWT.js";import"./NLZJO3ZO.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
