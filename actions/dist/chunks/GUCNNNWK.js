const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./DH5FCNQT.js";import"./XFU2HCYU.js";import"./AVBNADKS.js";import"./AZBR4IOH.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
