const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{e as a,f as b,g as c}from"./AZWBCPJA.js";import"./AZBR4IOH.js";import"./MN7A53RW.js";import"./VWRC5EHG.js";export{a as applicationName,b as connectClient,c as openSequelize};
