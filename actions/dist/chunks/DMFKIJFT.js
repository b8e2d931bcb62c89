const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./BA5GN6E4.js";import"./VWRC5EHG.js";export{a as standardLimits};
