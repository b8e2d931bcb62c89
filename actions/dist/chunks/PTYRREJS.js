const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./HTUWLDR2.js";import"./SQPZVKG4.js";import"./22L6FBDT.js";import"./FRX3MUWL.js";import"./6WBW2SLA.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
