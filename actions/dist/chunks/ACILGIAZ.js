const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a}from"./BJLMZAQC.js";import"./VWRC5EHG.js";export{a as standardLimits};
