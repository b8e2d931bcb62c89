const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./LYMSVJVO.js";import"./BDSUXXHN.js";import"./47G43HG3.js";import"./AA2HIGGG.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
