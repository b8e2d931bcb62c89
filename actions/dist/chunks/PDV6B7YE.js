const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./RL2Y5N6S.js";import"./ONABLV4P.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
