const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./DFERQM5O.js";import"./BDSUXXHN.js";import"./NFHXUWHP.js";import"./UDYYA3DK.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
