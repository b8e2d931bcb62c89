const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./MO3LCR54.js";import"./BDSUXXHN.js";import"./BQ3KLDGR.js";import"./4R5ZBMKT.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
