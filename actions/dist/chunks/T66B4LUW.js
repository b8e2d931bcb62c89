const require=name=>process.getBuiltinModule("module").createRequire(import.meta.url)(name);
import{k as a}from"./2H4I4I4Z.js";import"./VWRC5EHG.js";export default a();
