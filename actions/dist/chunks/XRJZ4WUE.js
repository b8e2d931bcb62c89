const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./4Z6DLMKF.js";import"./BDSUXXHN.js";import"./EHXSQY3T.js";import"./GOO3AG2H.js";import"./DT6DXW5P.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
