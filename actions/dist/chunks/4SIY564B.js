const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./RPURGEIF.js";import"./BDSUXXHN.js";import"./EHXSQY3T.js";import"./LBDOQY6P.js";import"./JQY75YJX.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
