const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b}from"./PTOCY2KD.js";import"./SQPZVKG4.js";import"./LWUUL6QI.js";import"./FRX3MUWL.js";import"./EWIORAPK.js";import"./VWRC5EHG.js";export{b as reportFailure,a as runAction};
