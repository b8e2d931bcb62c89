const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{a,b,c}from"./CMHR7RCC.js";import"./VWRC5EHG.js";export{c as conflictOf,b as describeVersion,a as releaseVersion};
