const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./SANO3SUG.js";import"./XFU2HCYU.js";import"./NZBGJ674.js";import"./ONABLV4P.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
