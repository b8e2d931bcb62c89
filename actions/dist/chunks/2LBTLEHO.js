const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{b as a}from"./MN7A53RW.js";import"./VWRC5EHG.js";export default a();
