const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./PI4T6CJV.js";import"./5XNYFXCL.js";import"./7L736LSB.js";import"./ZX6S2DWT.js";import"./NLZJO3ZO.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
