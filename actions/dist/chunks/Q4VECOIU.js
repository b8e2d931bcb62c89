const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./6ESYK4OU.js";import"./BDSUXXHN.js";import"./2XSIBJPJ.js";import"./CT45AYOE.js";import"./EVEZHNXS.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
