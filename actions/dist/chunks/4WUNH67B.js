const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./OMQ2NPBR.js";import"./KTEI5RWW.js";import"./CT45AYOE.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
