const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./ATMPNZOL.js";import"./BDSUXXHN.js";import"./PK6C2X6Q.js";import"./NLSX6USY.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
